internal import ImageModel

/// A platform that the user typed. A misspelt one would be written into an image, or silently select nothing.
enum TypedPlatform {
    /// `isTrusted`: whether the user insists on platforms that do not exist; `nil` if the command has no such option.
    static func parse(_ text: String, isTrusted: Bool? = nil) throws(CommandError) -> Platform {
        let platform = try CommandError.checked { () throws(PlatformError) in try Platform(parsing: text) }
        try CommandError.checked { () throws(UnknownPlatform) in try check(platform, isTrusted: isTrusted) }
        return platform
    }

    static func parse(_ texts: [String], isTrusted: Bool? = nil) throws(CommandError) -> [Platform] {
        try texts.map { (text) throws(CommandError) in try parse(text, isTrusted: isTrusted) }
    }

    static func check(_ platform: Platform, of source: String? = nil, isTrusted: Bool?) throws(UnknownPlatform) {
        guard isTrusted != true, !isKnown(platform) else { return }
        throw UnknownPlatform(platform: platform, source: source, canBeTrusted: isTrusted != nil)
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
    /// Whether the command has the option `--trust`.
    var canBeTrusted = true
}
