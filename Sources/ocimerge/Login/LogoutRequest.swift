internal import ImageModel

/// Which registry shall know us no more.
struct LogoutRequest: Sendable, Equatable {
    /// As typed.
    let host: String
    let file: String?
    let dryRun: Bool
    let quiet: Bool
    let json: Bool

    init(_ parsed: ParsedArguments) {
        host = parsed.positionals.first ?? ImageName.defaultDomain
        file = parsed.value("authfile")
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
    }
}
