internal import ByteIO
internal import ImageModel

/// Connects to a registry: finds out whether it uses TLS and which credentials it demands. Uploads then never need to be
/// sent twice.
///
/// If the first request is a GET or HEAD, its response suffices. A success shows that no credentials are needed; a 401
/// names the required ones. After every other outcome a GET of `/v2/` is sent.
///
/// https is tried first. http is used only if the user allows it, or if a registry on loopback does not support TLS.
/// That is docker's rule for localhost. On loopback http is tried first, unless the user configured a certificate. The
/// request has no secret and stays on this machine. A TLS handshake reads the system's CA certificates (15 ms), longer
/// than the rest of a small push.
struct EndpointProbe {
    let domain: String
    let options: RegistryOptions
    let connecting: @Sendable (TLSSettings) -> any HTTPTransport

    /// The address of a registry and the transport to it, as the probe found them.
    struct Connection {
        let base: WebAddress
        let transport: any RegistryTransport
        /// Whether the request that opened the connection was refused without credentials.
        let demandsCredentials: Bool
        let status: Int
        let sent: SentSecrets
    }

    /// Makes the request that is to be sent to a registry whose `/v2/` has this address.
    typealias Opening = (_ base: WebAddress) throws(RegistryError) -> RegistryRequest

    /// The host that serves images of `docker.io` has another name.
    private var host: String { domain == ImageName.defaultDomain ? "registry-1.docker.io" : domain }

    /// `opening` makes a GET or HEAD; `nil` if the first request is another. The caller sends the request again and gets
    /// the recorded response, unless the registry demands credentials.
    func connect(_ opening: Opening?) throws(RegistryError) -> Connection {
        do { try options.credentials.prepare() } catch { throw .credentials(error) }
        let isPlain = options.encryption == .none
        let tls = isPlain ? TLSSettings() : try tlsSettings()
        let secure = try base(.https)
        let isLocal = triesPlainFirst(secure, tls)
        var begun: Attempt?
        if let opening {
            var attempt = Attempt(self, try base(isPlain || isLocal ? .http : .https), tls)
            if let connection = attempt.open(try opening(attempt.base)) { return connection }
            begun = attempt
        }
        return try isPlain ? plain(try base(.http), begun) : encrypted(secure, tls, isLocal: isLocal, begun)
    }

    private func encrypted(
        _ secure: WebAddress, _ tls: TLSSettings, isLocal: Bool, _ begun: Attempt?
    ) throws(RegistryError) -> Connection {
        if isLocal, let local = try? local(tls, begun) { return local }
        do {
            return try probe(secure, tls, begun, retries: options.encryption == .required)
        } catch {
            if allowsPlain(error, secure) { return try probe(try base(.http), TLSSettings(), begun, retries: true) }
            guard options.encryption == .optional, case .io(let failure) = error, failure.isTransientNetworkFault
            else { throw error }
            return try probe(secure, tls, begun, retries: true)
        }
    }

    private func tlsSettings() throws(RegistryError) -> TLSSettings {
        do {
            var tls = try options.tls(domain)
            if options.encryption == .optional { tls.isUnchecked = true }
            return tls
        } catch { throw .credentials(error) }
    }

    private func triesPlainFirst(_ secure: WebAddress, _ tls: TLSSettings) -> Bool {
        options.encryption == .required && secure.isLoopback && secure.effectivePort != 443 && !tls.namesSomebody
    }

    /// The http connection to a registry on loopback; `nil` if another server answers.
    private func local(_ tls: TLSSettings, _ begun: Attempt?) throws(RegistryError) -> Connection? {
        let found = try probe(try base(.http), tls, begun, retries: false)
        // A TLS server answers http with 400. A redirect may come from any server.
        return [200, 401, 403, 404].contains(found.status) ? found : nil
    }

    /// The http connection that the user asks for. A TLS server answers it with 400.
    private func plain(_ base: WebAddress, _ begun: Attempt?) throws(RegistryError) -> Connection {
        let connection = try probe(base, TLSSettings(), begun, retries: true)
        if connection.status == 400 { throw .io(IOFailure(.receive, base.shown, .network(.wantsTLS))) }
        return connection
    }

    /// Whether http may be used because https failed with `error`.
    private func allowsPlain(_ error: RegistryError, _ base: WebAddress) -> Bool {
        guard case .io(let failure) = error, case .network(let fault) = failure.cause else { return false }
        switch (fault, options.encryption) {
        case (.notTLS, .optional), (.notConnected, .optional), (.unanswered, .optional): return true
        case (.notTLS, .required): return base.isLoopback
        default: return false
        }
    }

    /// Sends the probe. Any response will do: not all registries implement `/v2/` itself. A first request that got no
    /// response counts as the first attempt.
    private func probe(
        _ base: WebAddress, _ tls: TLSSettings, _ begun: Attempt?, retries: Bool
    ) throws(RegistryError) -> Connection {
        var attempt = Attempt(self, base, tls)
        if let begun, begun.base == base { attempt = begun }
        let request = try Self.request(domain, base)
        let probing = attempt.probing(request)
        var response = try (retries ? attempt.retrying(probing) : probing).send(request)
        return attempt.learned(from: &response)
    }

    private func base(_ scheme: WebAddress.Scheme) throws(RegistryError) -> WebAddress {
        guard let base = WebAddress(parsing: "\(scheme.rawValue)://\(host)/v2/") else { throw Self.unusable(domain) }
        return base
    }

    /// A GET of `/v2/`, which needs no scope. The repository name only selects the credentials.
    static func request(_ domain: String, _ base: WebAddress) throws(RegistryError) -> RegistryRequest {
        guard let repository = RepositoryName(parsing: "\(domain)/v2") else { throw unusable(domain) }
        return RegistryRequest(
            HTTPRequest(.get, base), repository: repository, scopes: [], operation: .init(.reach, domain))
    }

    private static func unusable(_ domain: String) -> RegistryError {
        .unusableHeader(.init(.reach, domain), name: "host", value: domain)
    }
}

/// An address of a registry, and the transports to it.
private struct Attempt {
    let base: WebAddress
    let direct: any RegistryTransport
    let authorizer: Authorizer
    private let options: RegistryOptions
    /// `nil` if the probe is the first request.
    private var first: FirstRequest?

    init(_ probe: EndpointProbe, _ base: WebAddress, _ tls: TLSSettings) {
        self.base = base
        options = probe.options
        let origin = RegistryOrigin(
            domain: probe.domain, base: base, allowsPlain: options.encryption != .required)
        let http = probe.connecting(tls)
        var anonymous = tls
        (anonymous.certificate, anonymous.key) = (nil, nil)
        let otherHosts = anonymous == tls ? http : probe.connecting(anonymous)
        direct = DirectTransport(
            origin: origin, http: options.traced(http, origin), otherHosts: options.traced(otherHosts, origin))
        authorizer = Authorizer(
            origin, options.credentials, http: options.traced(http, nil), otherHosts: options.traced(otherHosts, nil),
            options.backoff.time)
    }

    func retrying(_ next: any RegistryTransport) -> any RegistryTransport {
        RetryingTransport(next, options.backoff, trace: options.trace)
    }

    /// Sends the first request; `nil` if the probe must be sent.
    mutating func open(_ request: RegistryRequest) -> EndpointProbe.Connection? {
        let first = FirstRequest(request, direct)
        self.first = first
        guard let response = first.response else { return nil }
        switch response.status {
        // After 429 even a probe would come too early.
        case 200..<300, 429: return connection(status: response.status, after: first)
        case 401:
            let challenges = Challenge.all(in: response.headers)
            // Some proxies state the challenge at /v2/ only.
            if challenges.isEmpty { return nil }
            authorizer.learn(challenges, from: request)
            return connection(status: response.status, after: nil)
        default: return nil
        }
    }

    /// The transport for the probe.
    func probing(_ request: RegistryRequest) -> any RegistryTransport {
        first?.failure(asThatOf: request, then: direct) ?? direct
    }

    /// The connection after the response to the probe, whose challenges the authorizer answers from now on.
    func learned(from response: inout HTTPResponse) -> EndpointProbe.Connection {
        authorizer.learn(fromProbe: &response)
        // A registry may hide an image from requests without credentials.
        return connection(status: response.status, after: response.status == 401 ? nil : first)
    }

    private func connection(status: Int, after first: FirstRequest?) -> EndpointProbe.Connection {
        let authorizing = AuthorizingTransport(next: first?.repeated(then: direct) ?? direct, authorizer: authorizer)
        return EndpointProbe.Connection(
            base: base, transport: retrying(RedirectingTransport(next: authorizing)),
            demandsCredentials: status == 401, status: status, sent: authorizer.sent)
    }
}
