internal import CCurl

/// What the library's result codes mean.
enum CurlFault {
    static func failure(_ code: CURLcode, _ line: CurlLine, _ address: WebAddress, _ head: CurlHead) -> IOFailure {
        IOFailure(.receive, address.shown, .network(fault(code, line)))
    }

    private static func fault(_ code: CURLcode, _ line: CurlLine) -> NetworkFault {
        let words = line.words(for: code)
        let proxyStatus = line.info(CURLINFO_HTTP_CONNECTCODE)
        if proxyStatus >= 400 { return .proxy(status: proxyStatus) }
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY: return .unresolvedProxy
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolvedHost
        case CURLE_COULDNT_CONNECT:
            let number = line.info(CURLINFO_OS_ERRNO)
            return .notConnected(number == 0 ? words : IOFailure.text(ofSystemError: Int32(number)))
        case CURLE_OPERATION_TIMEDOUT: return .notConnected(words)
        case CURLE_SSL_CONNECT_ERROR: return handshake(words)
        case CURLE_PEER_FAILED_VERIFICATION: return .tls(words)
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER:
            return .unusableCertificate(words)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            return alert(words) ? .tls(words) : .broken(words)
        default: return .malformed(words)
        }
    }

    private static func handshake(_ words: String) -> NetworkFault {
        // A server that knows no TLS answers a greeting that it cannot read in plain text.
        if ["wrong version number", "packet length too long", "http request", "unknown protocol"].contains(
            where: words.contains)
        {
            return .notTLS
        }
        return ["SYSCALL", "reset by peer", "unexpected eof"].contains(where: words.contains)
            ? .broken(words) : .tls(words)
    }

    /// With TLS 1.3 a server says only behind the handshake that it wants another certificate of ours.
    private static func alert(_ words: String) -> Bool { words.contains("alert") }
}
