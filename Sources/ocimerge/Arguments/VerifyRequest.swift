/// What verify was asked to look at.
struct VerifyRequest: Sendable, Equatable {
    let sources: [String]

    init(_ parsed: ParsedArguments) throws(UsageError) { sources = parsed.positionals }
}
