/// How servers are authenticated, and how the client is.
package struct TLSSettings: Sendable, Equatable {
    /// Certificates (PEM) of authorities in addition to those of the system.
    package var authorities: [UInt8]
    /// Paths of the client certificate (PEM) and of its key.
    package var certificate: String?
    package var key: String?
    /// Whether the server's certificate is not verified.
    package var isUnchecked: Bool

    package init(
        authorities: [UInt8] = [], certificate: String? = nil, key: String? = nil, isUnchecked: Bool = false
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.isUnchecked = isUnchecked
    }

    /// Whether a certificate or an authority is configured for this server, so that TLS is required.
    package var namesSomebody: Bool { !authorities.isEmpty || certificate != nil }
}

/// Chooses the proxy for a server where libcurl's own rules differ from those of container engines. libcurl reads
/// http_proxy, https_proxy, HTTPS_PROXY, all_proxy and no_proxy.
enum Proxy {
    /// An empty text for no proxy; `nil` to leave the choice to the library.
    static func named(for address: WebAddress) -> String? {
        // A local server is reached directly: a proxy elsewhere would look for it on its own machine.
        if address.isLoopback { return "" }
        // libcurl ignores HTTP_PROXY because in CGI programs a client's header becomes this variable.
        guard address.scheme == .http, ProcessEnvironment.value("REQUEST_METHOD") == nil,
            ProcessEnvironment.value("http_proxy") == nil
        else { return nil }
        return ProcessEnvironment.value("HTTP_PROXY")
    }

    /// Whether the last connection may go to a proxy that uses TLS itself. The library decides which hosts use no
    /// proxy, so its knowledge of the connection must agree.
    static func speaksTLS(for address: WebAddress, port: Int) -> Bool {
        let own = address.scheme == .https ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        let stated =
            named(for: address)
            ?? (own + ["all_proxy", "ALL_PROXY"]).lazy.compactMap(ProcessEnvironment.value).first ?? ""
        guard stated.lowercased().hasPrefix("https://") else { return false }
        let place = Userinfo.cut(from: stated)
        return (WebAddress(parsing: place)?.effectivePort ?? 443) == port
    }
}

/// How far a transfer is behind its least rate of 1 kB/s. Every byte pays for one millisecond of waiting: a silent transfer
/// falls behind by all the time that it waits, and one that keeps the rate not at all.
struct TransferPace {
    private(set) var behind = Duration.zero
    /// Whether no byte has passed since the transfer last kept the rate.
    private(set) var isSilent = true

    /// A longer wait means that this process was stopped, for which the server is not to blame.
    static let longestWait = Duration.milliseconds(100)

    mutating func move(_ count: Int64) {
        guard count > 0 else { return }
        behind = max(.zero, behind - .milliseconds(count))
        isSilent = behind == .zero
    }

    mutating func wait(_ duration: Duration) { behind += min(duration, Self.longestWait) }

    /// Begins to count again.
    mutating func turn() { self = TransferPace() }
}

/// How long a transport waits for a server.
package struct TransportLimits: Sendable {
    /// For a connection: the host name, TCP, a proxy and the TLS handshake together.
    package var connection: Duration
    /// The longest time that a transfer may be behind its least rate.
    package var silence: Duration
    /// Between the end of an upload and the answer: a registry may need time to store a blob.
    package var storing: Duration

    package init(
        connection: Duration = .seconds(30), silence: Duration = .seconds(60), storing: Duration = .seconds(600)
    ) {
        self.connection = connection
        self.silence = silence
        self.storing = storing
    }
}
