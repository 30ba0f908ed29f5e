internal import CCurl

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

/// What the library's result codes mean.
enum CurlFault {
    static func failure(_ code: CURLcode, _ line: CurlLine, _ address: WebAddress, _ head: CurlHead) -> IOFailure {
        IOFailure(.receive, address.shown, .network(fault(code, line, address, head)))
    }

    private static func fault(
        _ code: CURLcode, _ line: CurlLine, _ address: WebAddress, _ head: CurlHead
    ) -> NetworkFault {
        // The library repeats what stands in the environment, passwords included.
        let words = Userinfo.cut(from: line.words(for: code))
        let proxyStatus = line.info(CURLINFO_HTTP_CONNECTCODE)
        if proxyStatus >= 400 { return .proxy(status: proxyStatus) }
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY:
            return words.contains(text: "Unsupported proxy") ? .unusableProxy(words) : .unresolvedProxy
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolvedHost
        case CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT: return notConnected(code, words, line, address)
        case CURLE_SSL_CONNECT_ERROR:
            let fault = handshake(words)
            let isProxy = proxyStatus == 0 && Proxy.speaksTLS(for: address, port: line.info(CURLINFO_PRIMARY_PORT))
            return fault == .notTLS && isProxy ? .proxyNotTLS : fault
        case CURLE_PEER_FAILED_VERIFICATION:
            return words.contains(text: "subject name") ? .otherName(words) : .tls(words)
        case CURLE_SSL_CERTPROBLEM:
            return words.contains(text: "private key") ? .keyMismatch(words) : .unusableCertificate(words)
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER: return .unusableCertificate(words)
        case _ where !head.isComplete && isEndless(code, words): return .malformed("a header of its answer has no end")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            // With TLS 1.3 a server says only behind the handshake that it wants another certificate of ours.
            return words.contains(text: "alert") ? .certificateWanted(words) : .broken(words)
        default: return .malformed(words)
        }
    }

    /// The library names whom it could not connect to: who is not the server is the proxy.
    private static func notConnected(
        _ code: CURLcode, _ words: String, _ line: CurlLine, _ address: WebAddress
    ) -> NetworkFault {
        if words.contains(text: "Unsupported proxy") { return .unusableProxy(words) }
        let number = line.info(CURLINFO_OS_ERRNO)
        let isRefused = code == CURLE_COULDNT_CONNECT && number != 0
        let why = isRefused ? IOFailure.text(ofSystemError: Int32(number)) : words
        guard let (host, port) = peer(in: words), (host, port) != (address.bareHost, address.effectivePort) else {
            return .notConnected(why)
        }
        return .proxyNotConnected("\(host):\(port)", why: why)
    }

    /// "Failed to connect to HOST port PORT after 0 ms: …"
    private static func peer(in words: String) -> (host: String, port: Int)? {
        let parts = words.split(separator: " ")
        guard words.hasPrefix("Failed to connect to "), parts.count > 6, parts[5] == "port", let port = Int(parts[6])
        else { return nil }
        return (parts[4].lowercased(), port)
    }

    private static func handshake(_ words: String) -> NetworkFault {
        // A server that knows no TLS answers a greeting that it cannot read in plain text.
        if ["wrong version number", "packet length too long", "http request", "unknown protocol"].contains(where: {
            words.contains(text: $0)
        }) {
            return .notTLS
        }
        if ["certificate required", "bad certificate", "unknown ca"].contains(where: {
            words.contains(text: "alert " + $0)
        }) {
            return .certificateWanted(words)
        }
        return ["SYSCALL", "reset by peer", "unexpected eof"].contains(where: { words.contains(text: $0) })
            ? .broken(words) : .handshake(words)
    }

    /// The library has a limit for a line, and several ways to say so.
    private static func isEndless(_ code: CURLcode, _ words: String) -> Bool {
        code == CURLE_OUT_OF_MEMORY || words.contains(text: "Too large response headers")
    }
}

extension WebAddress {
    fileprivate var bareHost: String { host.first == "[" ? String(host.dropFirst().dropLast()) : host }
}
