/// What verify was asked to look at.
struct VerifyRequest: Sendable, Equatable {
    let sources: [String]
    let quiet: Bool
    let json: Bool
    let jobs: JobCount
    let registry: RegistryChoice

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try RegistryChoice(parsed)
        sources = parsed.positionals
        quiet = parsed.has("quiet")
        json = parsed.has("json")
        jobs = try JobCount(parsed)
    }
}
