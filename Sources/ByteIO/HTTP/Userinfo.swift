/// User and password, which addresses carry before an `@`: never shown, and nothing is guessed about where they end.
package enum Userinfo {
    /// Without whatever may be one: from `//`, a quote or the beginning up to the last `@` that no digest follows.
    package static func cut(from text: String) -> String {
        guard let end = text.indices.last(where: { text[$0] == "@" && !isDigest(text[text.index(after: $0)...]) })
        else { return text }
        let head = text[..<end]
        let start = head.firstRange(of: "//")?.upperBound ?? head.firstIndex(of: "'").map(text.index(after:))
        return String(text[..<(start ?? text.startIndex)] + text[text.index(after: end)...])
    }

    private static func isDigest(_ text: Substring) -> Bool { text.hasPrefix("sha256:") || text.hasPrefix("sha512:") }
}
