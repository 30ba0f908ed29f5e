/// Why a request got no answer, or only part of one. The texts are the library's own, without addresses.
package enum NetworkFault: Equatable, Sendable {
    /// The library that speaks HTTP is not installed.
    case libraryMissing(String)
    case unresolvedHost
    case unresolvedProxy
    case notConnected(String)
    /// The proxy, named without the user who stands in its address.
    case proxyNotConnected(String, why: String)
    /// What the environment says is no proxy.
    case unusableProxy(String)
    /// The proxy does not speak the TLS that the environment says of it.
    case proxyNotTLS
    /// The certificate is not trusted: what the TLS library said.
    case tls(String)
    /// The certificate is for others.
    case otherName(String)
    /// Both sides agree on nothing.
    case handshake(String)
    /// The server wants a certificate of ours, or another one.
    case certificateWanted(String)
    case keyMismatch(String)
    /// The server does not speak TLS at all.
    case notTLS
    /// It was spoken to without TLS, and that is all that it speaks.
    case wantsTLS
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
        case .unresolvedHost, .unresolvedProxy, .notConnected, .proxyNotConnected, .stalled, .broken: true
        case .libraryMissing, .unusableProxy, .proxyNotTLS, .tls, .otherName, .handshake, .certificateWanted,
            .keyMismatch, .notTLS, .wantsTLS, .unusableCertificate, .malformed:
            false
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
