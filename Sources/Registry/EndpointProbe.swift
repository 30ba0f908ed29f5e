internal import ByteIO
internal import ImageModel

/// Connects to a registry: one GET of `/v2/` finds out whether it uses TLS and which credentials it demands. Uploads then
/// never need to be sent twice.
///
/// https is tried first. http is used only if the user allows it, or if a registry on loopback does not support TLS (the
/// rule of docker for localhost). On loopback http is tried first, unless the user configured a certificate: the request
/// reveals nothing, and a TLS handshake would cost more than the rest of a small push (15 ms, because it reads the
/// system's CA certificates).
struct EndpointProbe {
    let domain: String
    let options: RegistryOptions
    let connecting: @Sendable (TLSSettings) -> any HTTPTransport

    /// The address of a registry and the transport to it, as the probe found them.
    struct Connection {
        let base: WebAddress
        let transport: any RegistryTransport
        /// Whether even `/v2/` demands credentials.
        let demandsCredentials: Bool
        let status: Int
        let sent: SentSecrets
    }

    /// The host that serves images of `docker.io` has another name.
    private var host: String { domain == ImageName.defaultDomain ? "registry-1.docker.io" : domain }

    func connect() throws(RegistryError) -> Connection {
        do { try options.credentials.prepare() } catch { throw .credentials(error) }
        if options.encryption == .none { return try plain(try base(.http)) }
        let tls = try tlsSettings()
        let secure = try base(.https)
        if let local = try? local(secure, tls) { return local }
        do {
            return try probe(secure, tls, retries: options.encryption == .required)
        } catch {
            if allowsPlain(error, secure) { return try probe(try base(.http), TLSSettings(), retries: true) }
            guard options.encryption == .optional, case .io(let failure) = error, failure.isTransientNetworkFault
            else { throw error }
            return try probe(secure, tls, retries: true)
        }
    }

    private func tlsSettings() throws(RegistryError) -> TLSSettings {
        do {
            var tls = try options.tls(domain)
            if options.encryption == .optional { tls.isUnchecked = true }
            return tls
        } catch { throw .credentials(error) }
    }

    /// The http connection to a registry on loopback; `nil` if another server answers, or https must be tried.
    private func local(_ secure: WebAddress, _ tls: TLSSettings) throws(RegistryError) -> Connection? {
        guard options.encryption == .required, secure.isLoopback, secure.effectivePort != 443, !tls.namesSomebody
        else { return nil }
        let found = try probe(try base(.http), tls, retries: false)
        // A TLS server answers http with 400. A redirect may come from any server.
        return [200, 401, 403, 404].contains(found.status) ? found : nil
    }

    /// The http connection that the user asks for. A TLS server answers it with 400.
    private func plain(_ base: WebAddress) throws(RegistryError) -> Connection {
        let connection = try probe(base, TLSSettings(), retries: true)
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

    /// Sends the probe. Any response will do: not all registries implement `/v2/` itself.
    private func probe(_ base: WebAddress, _ tls: TLSSettings, retries: Bool) throws(RegistryError) -> Connection {
        let origin = RegistryOrigin(domain: domain, base: base, allowsPlain: options.encryption != .required)
        let http = connecting(tls)
        var anonymous = tls
        (anonymous.certificate, anonymous.key) = (nil, nil)
        let otherHosts = anonymous == tls ? http : connecting(anonymous)
        let direct = DirectTransport(
            origin: origin, http: options.traced(http, origin), otherHosts: options.traced(otherHosts, origin))
        func retrying(_ next: any RegistryTransport) -> any RegistryTransport {
            RetryingTransport(next, options.backoff, trace: options.trace)
        }
        let probing = retries ? retrying(direct) : direct
        var response = try probing.send(try Self.request(domain, base))
        let authorizer = Authorizer(
            origin, options.credentials, http: options.traced(http, nil), otherHosts: options.traced(otherHosts, nil),
            options.backoff.time)
        let status = response.status
        if status == 401 { authorizer.learn(Challenge.all(in: response.headers)) }
        response.drain()
        let authorizing = AuthorizingTransport(next: direct, authorizer: authorizer)
        return Connection(
            base: base, transport: retrying(RedirectingTransport(next: authorizing)),
            demandsCredentials: status == 401, status: status, sent: authorizer.sent)
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
