internal import ByteIO

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
