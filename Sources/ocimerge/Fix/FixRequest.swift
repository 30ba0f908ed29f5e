/// What fix was asked to do. Platforms and paths are still text, as typed.
struct FixRequest: Sendable, Equatable {
    enum Choice: Sendable, Equatable {
        case only(String)
        case replacing([Replacement])
        case auto
    }

    struct Replacement: Sendable, Equatable {
        let old: String
        let new: String
    }

    let source: String
    let choice: Choice
    /// The executables are not asked what they think of it.
    let isTrusting: Bool
    /// nil: in place.
    let output: String?
    let existing: ExistingDestination
    let dryRun: Bool
    let quiet: Bool
    let json: Bool
    let sync: Bool
    let jobs: JobCount
    let registry: RegistryChoice

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try RegistryChoice(parsed)
        source = parsed.positionals[0]
        output = parsed.value("output")
        if output == nil, !parsed.has("in-place") {
            throw .missingOption("-o/--output", value: "DEST or --in-place", command: parsed.command)
        }
        choice = try Self.choice(parsed)
        isTrusting = parsed.has("trust")
        existing = parsed.has("force") ? .force : parsed.has("update") ? .update : .refuse
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
        sync = parsed.has("sync")
        jobs = try JobCount(parsed)
    }

    private static func choice(_ parsed: ParsedArguments) throws(UsageError) -> Choice {
        if parsed.has("auto") { return .auto }
        let parts = try MergeRequest.platforms(in: parsed.values("platform"))
        guard let first = parts.first else {
            throw .missingOption("--platform", value: "P or --auto", command: parsed.command)
        }
        if parts.count == 1, !first.utf8.contains(UInt8(ascii: "=")) { return .only(first) }
        var replacements: [Replacement] = []
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { throw .severalPlatforms(part) }
            replacements.append(
                Replacement(old: String(part[..<equals]), new: String(part[part.index(after: equals)...])))
        }
        return .replacing(replacements)
    }
}
