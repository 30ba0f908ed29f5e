internal import ByteIO
internal import ImageModel

/// What a token server gave: for a while, whoever shows it is let in.
struct AccessToken: Sendable, Equatable {
    let text: String
    let lifetime: Duration
    /// A new identity token in the place of the one that was shown.
    let refreshToken: String?

    /// distribution-spec, "token response": what is not said is 60 seconds.
    private static let usualLifetime: Int64 = 60
    private static let longestLifetime: Int64 = 24 * 3600

    /// nil: no token, or one that could not stand in a header.
    init?(answer: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: answer))?.root else { return nil }
        let texts = ["token", "access_token"].compactMap { root[$0]?.string }.filter { !$0.isEmpty }
        guard let text = texts.first, Self.isSafe(text) else { return nil }
        let seconds = root["expires_in"]?.integer ?? 0
        self.text = text
        lifetime = .seconds(seconds > 0 ? min(seconds, Self.longestLifetime) : Self.usualLifetime)
        refreshToken = root["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Nothing in it ends the header.
    private static func isSafe(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
}
