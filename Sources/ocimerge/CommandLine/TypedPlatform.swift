internal import ImageModel

/// A platform that the user typed. One that decides what is written is refused if it is misspelt.
enum TypedPlatform {
    /// `isTrusted`: Whether unknown platforms are accepted.
    static func parse(_ text: String, isTrusted: Bool) throws(CommandError) -> Platform {
        let platform = try CommandError.checked { () throws(PlatformError) in try Platform(parsing: text) }
        try CommandError.checked { () throws(UnknownPlatform) in try check(platform, isTrusted: isTrusted) }
        return platform
    }

    static func parse(_ texts: [String], isTrusted: Bool) throws(CommandError) -> [Platform] {
        try texts.map { (text) throws(CommandError) in try parse(text, isTrusted: isTrusted) }
    }

    /// A platform for a command without --trust.
    static func known(_ text: String) throws(CommandError) -> Platform {
        let platform = try CommandError.checked { () throws(PlatformError) in try Platform(parsing: text) }
        guard isKnown(platform) else {
            throw CommandError(UnknownPlatform(platform: platform, source: nil, canTrust: false))
        }
        return platform
    }

    /// Platforms that select images. One that does not exist selects none.
    static func selection(_ texts: [String]) throws(CommandError) -> [Platform] {
        try texts.map { (text) throws(CommandError) in
            try CommandError.checked { () throws(PlatformError) in try Platform(parsing: text) }
        }
    }

    /// `nil` selects all platforms.
    static func selection(_ text: String?) throws(CommandError) -> Platform? {
        try selection([text].compactMap(\.self)).first
    }

    /// ` (did you mean linux/s390x?)`: follows platforms that select no image. Empty if all of them exist.
    static func question(about platforms: [Platform]) -> String {
        let meant = platforms.filter { !isKnown($0) }.compactMap(suggestion)
        return meant.isEmpty ? "" : " (did you mean \(TerminalText.part(meant.joined(separator: ", ")))?)"
    }

    static func check(_ platform: Platform, of source: String? = nil, isTrusted: Bool) throws(UnknownPlatform) {
        if !isTrusted, !isKnown(platform) { throw UnknownPlatform(platform: platform, source: source) }
    }

    /// `unknown/unknown` is the platform of attestations.
    static func isKnown(_ platform: Platform) -> Bool { platform.normalized.isKnown || platform.isUnknown }

    /// The platform that was probably meant; `nil` if none is similar.
    static func suggestion(for platform: Platform) -> String? {
        let alias = KnownPlatforms.aliases[platform.architecture].map { "\(platform.os)/\($0)" }
        if let alias, KnownPlatforms.names.contains(alias) { return alias }
        let port = "\(platform.os)/\(platform.architecture)"
        if platform.variant != nil, KnownPlatforms.names.contains(port) { return port }
        return Spelling.nearest(to: platform.description, among: KnownPlatforms.names)
    }
}

/// A typed platform that does not exist.
struct UnknownPlatform: Error, Equatable {
    let platform: Platform
    /// The source that it was typed for; `nil` if it is no part of a source.
    let source: String?
    /// Whether the command has --trust, which accepts unknown platforms.
    var canTrust = true
}
