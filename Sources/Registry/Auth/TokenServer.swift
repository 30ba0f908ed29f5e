internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Requests tokens from one token server (distribution, "Token Authentication Specification", and its OAuth2 form).
final class TokenServer: Sendable {
    private let realm: WebAddress
    private let service: String?
    private let domain: String
    private let http: any HTTPTransport
    private let time: any TimeSource
    private let learnt = Mutex(Learnt())
    private let sent = SentSecrets()

    private struct Learnt {
        /// Whether the server implements POST (OAuth2) only.
        var wantsPost = false
        /// By the identity token that was given: the latest one that the server sent in its place.
        var renewed: [String: String] = [:]
    }

    private static let clientName = "ocimerge"
    private static let mostRedirects = 5
    private static let limit = 1 << 20

    /// `realm` must be an address that `RegistryOrigin.realm` has allowed.
    init(
        realm: WebAddress, service: String?, domain: String, http: any HTTPTransport,
        _ time: any TimeSource = SystemTime()
    ) {
        self.realm = realm
        self.service = service
        self.domain = domain
        self.http = http
        self.time = time
    }

    /// A token for `scopes`, anonymous if `credential` is `nil`.
    func token(_ scopes: ScopeSet, as credential: Credential?) throws(RegistryError) -> AccessToken {
        if let credential { sent.note(credential) }
        switch credential {
        case .identityToken(let given):
            let latest = learnt.withLock { $0.renewed[given] } ?? given
            sent.note(latest)
            let token = try grant([("grant_type", "refresh_token"), ("refresh_token", latest)], scopes)
            if let next = token.refreshToken { learnt.withLock { $0.renewed[given] = next } }
            return token
        case .basic(let user, let password):
            if !learnt.withLock({ $0.wantsPost }) {
                if let token = try get(scopes, user: user, password: password) { return token }
                learnt.withLock { $0.wantsPost = true }
            }
            return try grant([("grant_type", "password"), ("username", user), ("password", password)], scopes)
        case .bearer, nil:
            if let token = try get(scopes, user: nil, password: nil) { return token }
            throw .tokenServer(host: domain, realm: realm.shown, status: 404, errors: [])
        }
    }

    /// Requests a token with GET; `nil` if the server does not implement GET.
    private func get(_ scopes: ScopeSet, user: String?, password: String?) throws(RegistryError) -> AccessToken? {
        var parameters = service.map { [("service", $0)] } ?? []
        parameters += scopes.texts.map { ("scope", $0) }
        var headers = HTTPHeaders([("Accept", "application/json")])
        if let user, let password {
            parameters.append(("account", user))
            headers.add("Authorization", BasicAuthorization.text(user: user, password: password))
        }
        var response = try send(
            HTTPRequest(.get, realm.adding(parameters.map { (name: $0, value: $1) }), headers: headers))
        if user != nil, response.status == 404 || response.status == 405 {
            response.drain()
            return nil
        }
        return try token(&response, hasCredentials: user != nil)
    }

    /// Requests a token with POST (OAuth2).
    private func grant(_ grant: [(String, String)], _ scopes: ScopeSet) throws(RegistryError) -> AccessToken {
        var fields = grant + [("client_id", Self.clientName)]
        if let service { fields.append(("service", service)) }
        if !scopes.texts.isEmpty { fields.append(("scope", scopes.texts.joined(separator: " "))) }
        let form = fields.map { "\(WebAddress.encoded($0))=\(WebAddress.encoded($1))" }.joined(separator: "&")
        let headers = HTTPHeaders([
            ("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"),
        ])
        var response = try send(HTTPRequest(.post, realm, headers: headers, body: .bytes(Array(form.utf8))))
        return try token(&response, hasCredentials: true)
    }

    private func token(
        _ response: inout HTTPResponse, hasCredentials: Bool
    ) throws(RegistryError) -> AccessToken {
        switch response.status {
        case 200..<300:
            let body: [UInt8]
            do { body = try response.bytes(limit: Self.limit) } catch {
                if case .tooLarge = error.cause { throw .tooLarge(operation, limit: Self.limit) }
                throw .tokenServerFault(host: domain, error)
            }
            guard let token = AccessToken(parsing: body) else {
                throw .malformedToken(host: domain, realm: realm.shown)
            }
            return token
        case 401, 403:
            throw .unauthorized(
                operation, host: domain, hasCredentials: hasCredentials,
                errors: ErrorResponse.errors(of: &response, without: sent))
        default:
            let retryAfter = RetryAfter.delay(response.headers["Retry-After"], unixTime: time.unixTime)
            throw .tokenServer(
                host: domain, realm: realm.shown, status: response.status,
                errors: ErrorResponse.errors(of: &response, without: sent), retryAfter: retryAfter)
        }
    }

    private var operation: RegistryError.Operation { .init(.token, realm.shown) }

    /// Follows redirects within the origin of the realm only, because most requests carry a password.
    private func send(_ request: HTTPRequest) throws(RegistryError) -> HTTPResponse {
        var request = request
        for _ in 0...Self.mostRedirects {
            var response: HTTPResponse
            do { response = try http.send(request) } catch { throw .tokenServerFault(host: domain, error) }
            guard let redirect = Redirect(response) else { return response }
            guard let next = redirect.target, next.hasSameOrigin(as: realm),
                request.method == .get || redirect.keepsMethod
            else { throw .unusableRedirect(operation, to: redirect.shown) }
            response.drain()
            request.address = next
        }
        throw .tooManyRedirects(operation, limit: Self.mostRedirects)
    }
}

/// A token that a token server issued, with its lifetime.
struct AccessToken: Sendable, Equatable {
    let text: String
    let lifetime: Duration
    /// A new identity token that replaces the one in the request; `nil` if there is none.
    let refreshToken: String?

    /// The default of the distribution-spec, "token response".
    private static let usualLifetime: Int64 = 60
    private static let longestLifetime: Int64 = 24 * 3600

    /// Returns `nil` if the body holds no token, or one that is not safe in a header.
    init?(parsing body: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: body))?.root else { return nil }
        let texts = ["token", "access_token"].compactMap { root[$0]?.string }.filter { !$0.isEmpty }
        guard let text = texts.first, Self.isHeaderSafe(text) else { return nil }
        let seconds = root["expires_in"]?.integer ?? 0
        self.text = text
        lifetime = .seconds(seconds > 0 ? min(seconds, Self.longestLifetime) : Self.usualLifetime)
        refreshToken = root["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether `text` can be a header value: not empty, printable ASCII without blanks, so it cannot end the header.
    static func isHeaderSafe(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
