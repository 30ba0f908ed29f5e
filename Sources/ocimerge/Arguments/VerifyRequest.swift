/// What verify was asked to look at.
struct VerifyRequest: Sendable, Equatable {
    let sources: [String]
    let quiet: Bool
    let json: Bool
    /// nil: as many as there are cores.
    let jobs: Int?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        sources = parsed.positionals
        quiet = parsed.has("quiet")
        json = parsed.has("json")
        jobs = try parsed.value("jobs").map { (text) throws(UsageError) in try MergeRequest.jobs(text) }
    }
}
