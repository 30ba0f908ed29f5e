internal import ByteIO
internal import ImageAudit
internal import ImageModel

/// The compression of the result's layers.
struct CompressionOption: Sendable, Equatable {
    let compression: LayerCompression
    /// `nil` if layers are stored plain.
    let recipe: Recipe?
    /// Whether compressed layers are compressed again.
    let recompresses: Bool

    /// `nil` if layers keep their compression.
    init?(_ parsed: ParsedArguments) throws(UsageError) {
        guard let text = parsed.value("compress") else {
            if parsed.has("recompress") { throw .recompressAlone }
            return nil
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let method = LayerCompression(rawValue: parts[0]) else {
            throw .unknownCompression(text, choices: LayerCompression.allCases.map(\.rawValue))
        }
        compression = method
        recipe = try Self.recipe(method, level: parts.count > 1 ? parts[1] : nil)
        recompresses = parsed.has("recompress")
    }

    private static func recipe(_ method: LayerCompression, level text: String?) throws(UsageError) -> Recipe? {
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
        _ text: String?, _ method: LayerCompression, _ allowed: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text else { return nil }
        // `Int` also accepts a sign: "+4".
        guard text.utf8.first != UInt8(ascii: "+"), let level = Int(text), allowed.contains(level) else {
            throw .invalidLevel(text, method: method.rawValue, allowed: allowed)
        }
        return level
    }
}

/// How the executables inside images are examined, and what a contradiction means.
enum EvidencePolicy: Sendable, Equatable {
    /// No executable is examined.
    case ignored
    /// A contradiction is an error.
    case checked(isFull: Bool)
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
                .checked(isFull: isFull)
            }
    }

    /// `nil` if no executable is examined.
    var depth: EvidenceDepth? {
        switch self {
        case .ignored: nil
        case .checked(let isFull), .believed(let isFull): isFull ? .full : .bounded
        }
    }

    /// Whether a contradiction is corrected.
    var corrects: Bool {
        if case .believed = self { return true }
        return false
    }
}
