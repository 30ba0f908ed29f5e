internal import ImageModel

/// What push was asked to do. Names are still text, as typed.
struct PushRequest: Sendable, Equatable {
    enum Target: Sendable, Equatable {
        /// At least one.
        case references([String])
        case all(under: String)
    }

    let source: String
    let target: Target
    /// One platform each, in the order given; empty: all.
    let platforms: [String]
    let referrers: Bool
    let chunkSize: Int64?
    let dryRun: Bool
    let quiet: Bool
    let json: Bool
    let jobs: JobCount
    let registry: RegistryChoice

    init(_ parsed: ParsedArguments) throws(UsageError) {
        source = parsed.positionals[0]
        target = try Self.target(parsed)
        platforms = try MergeRequest.platforms(in: parsed.values("platform"))
        if parsed.has("ignore-missing") { throw .dependentOption("--ignore-missing", needs: "--spec FILE") }
        referrers = parsed.has("referrers")
        chunkSize = try parsed.chunkSize()
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
        jobs = try JobCount(parsed)
        registry = try RegistryChoice(parsed)
    }

    private static func target(_ parsed: ParsedArguments) throws(UsageError) -> Target {
        let references = Array(parsed.positionals.dropFirst())
        guard let prefix = parsed.value("all") else {
            if references.isEmpty { throw .missingPositional("REF", command: parsed.command) }
            return .references(references)
        }
        if let reference = references.first { throw .unexpectedPositional(reference, command: "push --all") }
        return .all(under: prefix)
    }
}

extension ParsedArguments {
    /// nil: blobs go up whole, where nothing asks for less.
    func chunkSize() throws(UsageError) -> Int64? {
        guard let size = value("chunk-size") else { return nil }
        return try VolumeSize.parse(size, option: "--chunk-size")
    }
}
