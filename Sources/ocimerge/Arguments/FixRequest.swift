/// What fix was asked to do.
struct FixRequest: Sendable, Equatable {
    let source: String

    init(_ parsed: ParsedArguments) throws(UsageError) { source = parsed.positionals[0] }
}
