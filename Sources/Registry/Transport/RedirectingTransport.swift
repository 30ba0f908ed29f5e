internal import ByteIO

/// Goes where the registry says that something is: blobs are often kept elsewhere.
///
/// Never from https to http. Another origin learns what is asked and nothing else about us, and what it leads back to the
/// registry is asked as anybody would.
struct RedirectingTransport: RegistryTransport {
    let next: any RegistryTransport

    private static let most = 5
    /// What may be told to somebody else.
    private static let headersAbroad = ["Accept", "Range", "Content-Type", "Content-Range"]

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        var request = request
        for _ in 0...Self.most {
            var response = try next.send(request)
            guard let redirect = Redirect(response) else { return response }
            try follow(redirect, &request)
            response.settle()
        }
        throw .tooManyRedirects(request.operation, limit: Self.most)
    }

    private func follow(_ redirect: Redirect, _ request: inout RegistryRequest) throws(RegistryError) {
        let (from, isReading) = (request.http.address, request.http.method == .get || request.http.method == .head)
        guard let target = redirect.target, isReading || redirect.keepsMethod,
            from.scheme == .http || target.scheme == .https
        else { throw .unusableRedirect(request.operation, to: redirect.shown) }
        request.http.address = target
        if target.hasSameOrigin(as: from) { return }
        // The bytes of an image are for whom the user named, unless nobody on the way can read or change them.
        guard isReading || (from.scheme == .https && target.scheme == .https) else {
            throw .unusableRedirect(request.operation, to: redirect.shown)
        }
        request.isAstray = true
        let told = Self.headersAbroad.prefix(isReading ? 2 : Self.headersAbroad.count)
        request.http.headers = HTTPHeaders(
            told.compactMap { name in request.http.headers[name].map { (name, $0) } })
    }
}

/// An answer that says that something is elsewhere.
struct Redirect {
    /// nil: there is none, or none that may be followed.
    let target: WebAddress?
    /// 307 and 308: what was asked is asked there, with its body.
    let keepsMethod: Bool
    private let location: String

    /// nil: the answer is none such.
    init?(_ response: HTTPResponse) {
        guard [301, 302, 303, 307, 308].contains(response.status) else { return nil }
        location = response.headers["Location"] ?? ""
        target = response.address.resolving(location)
        keepsMethod = response.status == 307 || response.status == 308
    }

    /// Without the query, in which signatures stand, and without a user.
    var shown: String { target?.shown ?? Self.shown(location) }

    /// Before it is cut anywhere else: what ends too early is no longer known for a user and a password.
    static func shown(_ location: String) -> String {
        String(Userinfo.cut(from: location).prefix { $0 != "?" && $0 != "#" }.prefix(longestShown))
    }

    private static let longestShown = 300
}

extension HTTPResponse {
    /// Reads what is left of a small body, so that its connection can be used again; a large one is dropped.
    mutating func settle() {
        let limit = 64 * 1024
        if let length = headers["Content-Length"].flatMap(Int.init), length > limit { return }
        _ = try? bytes(limit: limit)
    }
}
