internal import ImageModel

/// Whom a registry shall know us as from now on.
struct LoginRequest: Sendable, Equatable {
    /// As typed.
    let host: String
    let registry: RegistryChoice
    let dryRun: Bool
    let quiet: Bool
    let json: Bool

    init(_ parsed: ParsedArguments) throws(UsageError) {
        host = parsed.positionals.first ?? ImageName.defaultDomain
        registry = try RegistryChoice(parsed, asks: true)
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
    }
}
