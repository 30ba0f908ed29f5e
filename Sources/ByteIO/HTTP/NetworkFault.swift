internal import CCurl

/// Why a request got no answer, or only a part of one. The texts are those of the library, without addresses.
package enum NetworkFault: Equatable, Sendable {
    case unresolvedHost
    case unresolvedProxy
    case notConnected(String)
    /// The proxy, without the user in its address.
    case proxyNotConnected(String, why: String)
    /// The environment variable is not the address of a proxy.
    case unusableProxy(String)
    /// The proxy does not use TLS as the environment states.
    case proxyNotTLS
    /// The certificate is not trusted; with the text of the TLS library.
    case tls(String)
    /// The certificate is for another host.
    case otherName(String)
    /// The TLS handshake failed.
    case handshake(String)
    /// The server requires a client certificate, or another one.
    case certificateWanted(String)
    case keyMismatch(String)
    /// The server does not use TLS.
    case notTLS
    /// The request was sent without TLS to a server that requires it.
    case wantsTLS
    /// A file with a certificate or key cannot be used.
    case unusableCertificate(String)
    /// The connection took longer than its limit; with the text of the library.
    case unanswered(String)
    /// No bytes were transferred for this time.
    case stalled(seconds: Int)
    /// Bytes were transferred, but the transfer was behind its least rate for this time.
    case slow(seconds: Int)
    case broken(String)
    /// The status that the proxy returned instead of connecting.
    case proxy(status: Int)
    case malformed(String)

    /// Whether another attempt may succeed without a change of the configuration.
    package var isTransient: Bool {
        switch self {
        case .unresolvedHost, .unresolvedProxy, .notConnected, .proxyNotConnected, .unanswered, .stalled, .slow,
            .broken:
            true
        case .unusableProxy, .proxyNotTLS, .tls, .otherName, .handshake, .certificateWanted, .keyMismatch, .notTLS,
            .wantsTLS, .unusableCertificate, .malformed:
            false
        case .proxy(let status): status >= 500
        }
    }
}

extension NetworkFault {
    /// Whether the fault has cost a time limit, so that only one more attempt is worth its time.
    package var isTimeout: Bool {
        switch self {
        case .unresolvedHost, .unresolvedProxy, .unanswered, .stalled, .slow: true
        default: false
        }
    }
}

extension IOFailure {
    package var isNetworkFault: Bool { if case .network = cause { true } else { false } }

    package var isTransientNetworkFault: Bool {
        if case .network(let fault) = cause { return fault.isTransient }
        return false
    }

    package var isNetworkTimeout: Bool {
        if case .network(let fault) = cause { return fault.isTimeout }
        return false
    }
}

/// Turns the library's result codes into faults.
enum CurlFault {
    static func failure(_ code: CURLcode, _ line: CurlLine, _ address: WebAddress, _ head: CurlHead) -> IOFailure {
        IOFailure(.receive, address.shown, .network(fault(code, line, address, head)))
    }

    private static func fault(
        _ code: CURLcode, _ line: CurlLine, _ address: WebAddress, _ head: CurlHead
    ) -> NetworkFault {
        // The library repeats the environment variable, passwords included.
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
            // With TLS 1.3 a server rejects the client certificate only after the handshake.
            return words.contains(text: "alert") ? .certificateWanted(words) : .broken(words)
        default: return .malformed(words)
        }
    }

    /// The library names the host that it could not connect to: if it is not the server, it is the proxy.
    private static func notConnected(
        _ code: CURLcode, _ words: String, _ line: CurlLine, _ address: WebAddress
    ) -> NetworkFault {
        if words.contains(text: "Unsupported proxy") { return .unusableProxy(words) }
        // The library's text names the phase, and the proxy if that gives no answer. There is no other time limit.
        if code == CURLE_OPERATION_TIMEDOUT { return .unanswered(words) }
        let number = line.info(CURLINFO_OS_ERRNO)
        let why = number != 0 ? IOFailure.text(ofSystemError: Int32(number)) : words
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
        // A server without TLS answers the unreadable greeting in plain text.
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

    /// The library limits the length of a line, and reports it in several ways.
    private static func isEndless(_ code: CURLcode, _ words: String) -> Bool {
        code == CURLE_OUT_OF_MEMORY || words.contains(text: "Too large response headers")
    }
}

extension WebAddress {
    fileprivate var bareHost: String { host.first == "[" ? String(host.dropFirst().dropLast()) : host }
}
