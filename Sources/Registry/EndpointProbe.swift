internal import ByteIO
internal import ImageModel

/// Finds out how a registry is spoken to: one GET of `/v2/` says whether it speaks TLS and what it asks whoever comes, so
/// that no upload is sent twice only to learn that.
///
/// https is tried first. Without it goes what the user said, and what the machine itself serves when it does not know
/// TLS (docker's rule for localhost); nothing else ever does. There the plain question comes first, where nobody has named
/// a certificate: it gives nothing away, and a greeting in TLS costs more than all else that a small push does (15 ms, for
/// the authorities of the system are read first).
struct EndpointProbe {
    let domain: String
    let options: RegistryOptions
    let connecting: @Sendable (TLSSettings) -> any HTTPTransport

    struct Reached {
        let base: WebAddress
        let transport: any RegistryTransport
        /// It asks everybody who they are.
        let isClosed: Bool
        let status: Int
        let sent: SentSecrets
    }

    /// docker.io is the name of a registry that stands elsewhere.
    private var host: String { domain == ImageName.defaultDomain ? "registry-1.docker.io" : domain }

    func reach() throws(RegistryError) -> Reached {
        if options.encryption == .none { return try plain(try base(.http)) }
        var tls = try options.tls(domain)
        if options.encryption == .optional { tls.isUnchecked = true }
        let secure = try base(.https)
        if options.encryption == .required, secure.isLoopback, secure.effectivePort != 443, !tls.namesSomebody,
            let found = try? look(try base(.http), tls, retries: false), Self.isRegistry(found.status)
        {
            return found
        }
        do throws(RegistryError) {
            return try look(secure, tls, retries: options.encryption == .required)
        } catch {
            if isPlain(error, secure) { return try look(try base(.http), TLSSettings(), retries: true) }
            guard options.encryption == .optional, case .io(let failure) = error, failure.isTransientNetworkFault
            else { throw error }
            return try look(secure, tls, retries: true)
        }
    }

    /// What the user says may be wrong: 400 is what servers say that are spoken to without the TLS that they want.
    private func plain(_ base: WebAddress) throws(RegistryError) -> Reached {
        let reached = try look(base, TLSSettings(), retries: true)
        if reached.status == 400 { throw .io(IOFailure(.receive, base.shown, .network(.wantsTLS))) }
        return reached
    }

    /// 400 is what a server says that wants TLS, and who sends elsewhere is not it.
    private static func isRegistry(_ status: Int) -> Bool { [200, 401, 403, 404].contains(status) }

    /// https cannot be had, and http may be used in its place.
    private func isPlain(_ error: RegistryError, _ base: WebAddress) -> Bool {
        guard case .io(let failure) = error, case .network(let fault) = failure.cause else { return false }
        switch (fault, options.encryption) {
        case (.notTLS, .optional), (.notConnected, .optional): return true
        case (.notTLS, .required): return base.isLoopback
        default: return false
        }
    }

    /// What the registry answers does not matter, as long as it is an answer: not all of them know `/v2/` by itself.
    private func look(_ base: WebAddress, _ tls: TLSSettings, retries: Bool) throws(RegistryError) -> Reached {
        let site = RegistrySite(domain: domain, base: base, allowsPlain: options.encryption != .required)
        let http = connecting(tls)
        var strangers = tls
        (strangers.certificate, strangers.key) = (nil, nil)
        let abroad = strangers == tls ? http : connecting(strangers)
        let direct = DirectTransport(site: site, http: http, abroad: abroad)
        let probing: any RegistryTransport = retries ? RetryingTransport(direct, options.backoff) : direct
        var response = try probing.send(try Self.request(domain, base))
        let authority = Authority(
            site, options.credentials, http: http, abroad: abroad, options.backoff.timepiece)
        let status = response.status
        let isClosed = status == 401
        if isClosed { authority.learn(Challenge.all(in: response.headers)) }
        response.settle()
        let road = RedirectingTransport(next: AuthorizingTransport(next: direct, authority: authority))
        return Reached(
            base: base, transport: RetryingTransport(road, options.backoff), isClosed: isClosed, status: status,
            sent: authority.sent)
    }

    private func base(_ scheme: WebAddress.Scheme) throws(RegistryError) -> WebAddress {
        guard let base = WebAddress(parsing: "\(scheme.rawValue)://\(host)/v2/") else { throw Self.unusable(domain) }
        return base
    }

    /// For no repository in particular.
    static func request(_ domain: String, _ base: WebAddress) throws(RegistryError) -> RegistryRequest {
        guard let anyone = RepositoryName(parsing: "\(domain)/v2") else { throw unusable(domain) }
        return RegistryRequest(
            HTTPRequest(.get, base), repository: anyone, scopes: [], operation: .init(.reach, domain))
    }

    private static func unusable(_ domain: String) -> RegistryError {
        .unusableHeader(.init(.reach, domain), name: "host", value: domain)
    }
}
