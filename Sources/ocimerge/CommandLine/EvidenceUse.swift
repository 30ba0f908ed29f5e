/// What the executables inside images are asked for, and what their answer is good for.
enum EvidenceUse: Sendable, Equatable {
    /// They are not asked.
    case ignored
    /// A contradiction is an error. Unless it is asked for, the look is left out where it takes a network.
    case checked(isFull: Bool, isAsked: Bool)
    /// A contradiction is mended.
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
