/// What the executables inside images are asked for, and what their answer is good for.
enum EvidenceUse: Sendable, Equatable {
    /// They are not asked.
    case ignored
    /// A contradiction is an error.
    case checked(isFull: Bool)
    /// A contradiction is mended.
    case believed(isFull: Bool)

    init(_ parsed: ParsedArguments) {
        let isFull = parsed.value("evidence") == "full"
        self = parsed.has("trust") ? .ignored : parsed.has("fix") ? .believed(isFull: isFull) : .checked(isFull: isFull)
    }
}
