/// Why a request got no answer, or only part of one. The texts are the library's own, without addresses.
package enum NetworkFault: Equatable, Sendable {
    /// The library that speaks HTTP is not installed.
    case libraryMissing(String)
    case unresolvedHost
    case unresolvedProxy
    case notConnected(String)
    /// Certificate, protocol or key: what the TLS library said.
    case tls(String)
    /// The server does not speak TLS at all.
    case notTLS
    /// A file with a certificate or key cannot be used.
    case unusableCertificate(String)
    /// Nothing moved for so long.
    case stalled(seconds: Int)
    case broken(String)
    /// What the proxy said in place of connecting.
    case proxy(status: Int)
    case malformed(String)

    /// Another attempt may succeed without anybody mending anything.
    package var isTransient: Bool {
        switch self {
        case .unresolvedHost, .unresolvedProxy, .notConnected, .stalled, .broken: true
        case .libraryMissing, .tls, .notTLS, .unusableCertificate, .malformed: false
        case .proxy(let status): status >= 500
        }
    }
}

extension IOFailure {
    package var isTransientNetworkFault: Bool {
        if case .network(let fault) = cause { return fault.isTransient }
        return false
    }
}
