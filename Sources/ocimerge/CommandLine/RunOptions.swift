internal import ByteIO
internal import ImageSinks

/// The options that mean the same in every command. Each request parses them once.
struct RunOptions: Sendable, Equatable {
    /// Whether the command reports the result and writes nothing.
    let dryRun: Bool
    /// Whether the report has one digest or name a line and no progress is shown.
    let quiet: Bool
    /// Whether the report is JSON.
    let json: Bool
    /// Whether each file is flushed to the disk before the result appears.
    let syncs: Bool
    let jobs: JobCount

    init(_ parsed: ParsedArguments) throws(UsageError) {
        dryRun = parsed.has("dry-run")
        quiet = parsed.has("quiet")
        json = parsed.has("json")
        syncs = parsed.has("sync")
        jobs = try JobCount(parsed)
    }
}

/// The number of blobs that are processed at the same time.
struct JobCount: Sendable, Equatable {
    static let allowed = 1...64

    /// The default for registries, at least: a connection waits more than it computes.
    static let leastConnections = 4

    /// `nil` if `--jobs` is absent.
    let stated: Int?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        guard let text = parsed.value("jobs") else {
            stated = nil
            return
        }
        // `Int` also accepts a sign: "+4".
        guard text.utf8.first != UInt8(ascii: "+"), let jobs = Int(text), Self.allowed.contains(jobs) else {
            throw .invalidJobs(text, allowed: Self.allowed)
        }
        stated = jobs
    }

    /// For work that computes: by default one for each core.
    var threads: Int { stated ?? min(Threads.coreCount, Self.allowed.upperBound) }

    /// For transfers with a registry: by default at least `leastConnections`.
    var connections: Int { stated ?? max(threads, Self.leastConnections) }

    func count(waitsForNetwork: Bool) -> Int { waitsForNetwork ? connections : threads }
}

extension ExistingContent {
    /// `--update` or `--force`, of which the parser accepts one.
    init(_ parsed: ParsedArguments) {
        self = parsed.has("force") ? .replace : parsed.has("update") ? .update : .refuse
    }
}
