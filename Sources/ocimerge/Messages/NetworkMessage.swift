internal import ByteIO

/// Sentences about connections.
enum NetworkMessage {
    /// `name` is escaped already.
    static func sentence(for fault: NetworkFault, with name: String) -> String {
        switch fault {
        case .unresolvedHost: "cannot reach \(name): the host name cannot be resolved"
        case .unresolvedProxy: "cannot reach \(name): the host name of the proxy in the environment cannot be resolved"
        case .notConnected(let why): "cannot reach \(name): \(TerminalText.part(why))"
        case .tls(let why):
            "cannot reach \(name): \(TerminalText.part(why)); trust the authority of its certificate with --ca FILE"
        case .proxyNotConnected(let proxy, let why):
            "cannot reach \(name): the proxy \(TerminalText.part(proxy)) from the environment cannot be reached: "
                + TerminalText.part(why)
        case .unusableProxy(let why):
            "cannot reach \(name): the proxy in the environment is not usable (\(TerminalText.part(why)))"
        case .proxyNotTLS:
            "cannot reach \(name): the proxy does not speak TLS; write http:// before its name in the environment"
        case .otherName(let why):
            "cannot reach \(name): its certificate is for another name (\(TerminalText.part(why))); use a name in "
                + "the certificate"
        case .handshake(let why): "cannot reach \(name): TLS handshake failed (\(TerminalText.part(why)))"
        case .certificateWanted(let why):
            "cannot reach \(name): the server requires a client certificate (\(TerminalText.part(why))); send one "
                + "with --cert FILE and --key FILE"
        case .keyMismatch(let why):
            "cannot reach \(name): the key does not match the certificate, or needs a passphrase "
                + "(\(TerminalText.part(why)))"
        case .wantsTLS: "cannot reach \(name): the server seems to use TLS; omit --plain-http"
        case .notTLS: "cannot reach \(name): the server does not use TLS; use --plain-http"
        case .unusableCertificate(let why): "cannot reach \(name): \(TerminalText.part(why))"
        case .unanswered(let why): "cannot reach \(name): \(TerminalText.part(why))"
        case .stalled(let seconds): "the connection to \(name) timed out after \(seconds) seconds without data"
        case .slow(let seconds):
            "the connection to \(name) is too slow: it fell \(seconds) seconds behind a rate of 1 kB/s"
        case .broken(let why): "the connection to \(name) broke: \(TerminalText.part(why))"
        case .proxy(let status):
            status == 407
                ? "cannot reach \(name): the proxy requires a login; write http://USER:PASSWORD@PROXY in the "
                    + "environment"
                : "cannot reach \(name): the proxy answered \(status)"
        case .malformed(let why): "\(name) does not speak HTTP: \(TerminalText.part(why))"
        }
    }
}
