internal import ByteIO

/// Follows redirects: many registries keep blobs on other servers.
///
/// Never follows a redirect from https to http. A request to another origin carries only the headers that the transfer
/// needs. A redirect back to the registry is then followed without credentials.
struct RedirectingTransport: RegistryTransport {
    let next: any RegistryTransport

    private static let limit = 5
    /// The headers that other origins may see; only the first two in requests that read.
    private static let publicHeaders = ["Accept", "Range", "Content-Type", "Content-Range"]

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        var request = request
        for _ in 0...Self.limit {
            var response = try next.send(request)
            guard let redirect = Redirect(response) else { return response }
            try follow(redirect, &request)
            response.drain()
        }
        throw .tooManyRedirects(request.operation, limit: Self.limit)
    }

    private func follow(_ redirect: Redirect, _ request: inout RegistryRequest) throws(RegistryError) {
        let (from, isReading) = (request.http.address, request.http.method == .get || request.http.method == .head)
        guard let target = redirect.target, isReading || redirect.keepsMethod,
            from.scheme == .http || target.scheme == .https
        else { throw .unusableRedirect(request.operation, to: redirect.shown) }
        request.http.address = target
        if target.hasSameOrigin(as: from) { return }
        // Content is sent to another origin over TLS only: the user named the registry, not this server.
        guard isReading || (from.scheme == .https && target.scheme == .https) else {
            throw .unusableRedirect(request.operation, to: redirect.shown)
        }
        request.omitsCredentials = true
        let kept = Self.publicHeaders.prefix(isReading ? 2 : Self.publicHeaders.count)
        request.http.headers = HTTPHeaders(
            kept.compactMap { name in request.http.headers[name].map { (name, $0) } })
    }
}

/// The redirect that a response with a status of 301, 302, 303, 307 or 308 makes.
struct Redirect {
    /// `nil` if `Location` is absent or unusable.
    let target: WebAddress?
    /// Whether the method and the body stay the same (307 and 308).
    let keepsMethod: Bool
    private let location: String

    /// `nil` if the response is no redirect.
    init?(_ response: HTTPResponse) {
        guard [301, 302, 303, 307, 308].contains(response.status) else { return nil }
        location = response.headers["Location"] ?? ""
        target = response.address.resolving(location)
        keepsMethod = response.status == 307 || response.status == 308
    }

    /// The target for error messages: without the query, which may hold a signature, and without user information.
    var shown: String { target?.shown ?? Self.shown(location) }

    /// Removes the user information before the text is cut: in a cut text it could no longer be recognised.
    static func shown(_ location: String) -> String {
        String(Userinfo.cut(from: location).prefix { $0 != "?" && $0 != "#" }.prefix(longestShown))
    }

    private static let longestShown = 300
}
