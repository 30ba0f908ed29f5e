internal import ByteIO

/// Sentences about connections.
enum NetworkMessage {
    /// `name`: escaped already.
    static func sentence(for fault: NetworkFault, with name: String) -> String {
        switch fault {
        case .libraryMissing(let library):
            "\(library) is not installed, without which no registry can be reached; install libcurl4"
        case .unresolvedHost: "cannot reach \(name): no host of that name is known"
        case .unresolvedProxy: "cannot reach \(name): no proxy of the name that the environment says is known"
        case .notConnected(let why): "cannot reach \(name): \(TerminalText.escaped(why))"
        case .tls(let why):
            "cannot reach \(name): \(TerminalText.escaped(why)); --ca FILE names the authority of its certificate"
        case .proxyNotConnected(let proxy, let why):
            "cannot reach \(name): the proxy \(TerminalText.escaped(proxy)) that the environment names cannot be reached: "
                + TerminalText.escaped(why)
        case .unusableProxy(let why):
            "cannot reach \(name): the environment names a proxy that cannot be used (\(TerminalText.escaped(why)))"
        case .proxyNotTLS:
            "cannot reach \(name): the proxy does not speak TLS; write http:// before its name in the environment"
        case .otherName(let why):
            "cannot reach \(name): its certificate is for another name (\(TerminalText.escaped(why))); use the name that it "
                + "is for"
        case .handshake(let why): "cannot reach \(name): TLS does not come about (\(TerminalText.escaped(why)))"
        case .certificateWanted(let why):
            "cannot reach \(name): it does not let in who shows no certificate that it knows "
                + "(\(TerminalText.escaped(why))); --cert FILE and --key FILE show one"
        case .keyMismatch(let why):
            "cannot reach \(name): the key does not belong to the certificate, or wants a passphrase "
                + "(\(TerminalText.escaped(why)))"
        case .wantsTLS: "cannot reach \(name): it seems to speak TLS; leave out --plain-http"
        case .notTLS: "cannot reach \(name): it does not speak TLS; --plain-http speaks without"
        case .unusableCertificate(let why): "cannot reach \(name): \(TerminalText.escaped(why))"
        case .stalled(let seconds): "the connection to \(name) has been silent for \(seconds) seconds"
        case .broken(let why): "the connection to \(name) broke: \(TerminalText.escaped(why))"
        case .proxy(let status):
            status == 407
                ? "cannot reach \(name): the proxy wants to know who asks; write http://USER:PASSWORD@PROXY"
                : "cannot reach \(name): the proxy answered \(status)"
        case .malformed(let why): "\(name) does not speak HTTP: \(TerminalText.escaped(why))"
        }
    }
}
