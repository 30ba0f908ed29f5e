internal import ByteIO

/// The options --compress and --recompress.
struct CompressionWish: Sendable, Equatable {
    enum Method: String, CaseIterable, Sendable { case none, gzip, zstd }

    let method: Method
    /// `nil` if nothing is compressed.
    let recipe: Recipe?
    /// Whether layers that are compressed already are compressed again.
    let recompresses: Bool

    /// `nil` without --compress: layers are not changed.
    init?(_ parsed: ParsedArguments) throws(UsageError) {
        guard let text = parsed.value("compress") else {
            if parsed.has("recompress") { throw .recompressAlone }
            return nil
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let method = Method(rawValue: parts[0]) else {
            throw .unknownCompression(text, choices: Method.allCases.map(\.rawValue))
        }
        self.method = method
        recipe = try Self.recipe(method, level: parts.count > 1 ? parts[1] : nil)
        recompresses = parsed.has("recompress")
    }

    private static func recipe(_ method: Method, level text: String?) throws(UsageError) -> Recipe? {
        switch method {
        case .none:
            if let text { throw .invalidLevel(text, method: method.rawValue, allowed: nil) }
            return nil
        case .gzip:
            let level = try level(text, method, Recipe.gzipLevels)
            return .gzip(level: level ?? Recipe.defaultGzipLevel)
        case .zstd:
            let level = try level(text, method, Recipe.zstdLevels)
            return .zstd(level: level ?? Recipe.defaultZstdLevel)
        }
    }

    private static func level(
        _ text: String?, _ method: Method, _ allowed: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text else { return nil }
        // Int() alone would also read "+4".
        guard text.utf8.first != UInt8(ascii: "+"), let level = Int(text), allowed.contains(level) else {
            throw .invalidLevel(text, method: method.rawValue, allowed: allowed)
        }
        return level
    }
}

/// The options --trust, --fix and --evidence: how evidence of executables is used.
enum EvidenceUse: Sendable, Equatable {
    /// Executables are not checked.
    case ignored
    /// A contradiction is an error. Images in registries are checked only if `isAsked`.
    case checked(isFull: Bool, isAsked: Bool)
    /// A contradiction is corrected.
    case believed(isFull: Bool)

    init(_ parsed: ParsedArguments) {
        let isFull = parsed.value("evidence") == "full"
        self =
            if parsed.has("trust") {
                .ignored
            } else if parsed.has("fix") {
                .believed(isFull: isFull)
            } else {
                .checked(isFull: isFull, isAsked: parsed.has("evidence"))
            }
    }
}
