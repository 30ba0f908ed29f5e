internal import ByteIO

/// How many blobs are worked on at once.
struct JobCount: Sendable, Equatable {
    static let allowed = 1...64

    /// At once to a registry, unless the user says otherwise: connections wait more than they work.
    static let leastConnections = 4

    /// nil: as many as there are cores.
    let stated: Int?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        guard let text = parsed.value("jobs") else {
            stated = nil
            return
        }
        // Int() alone would also read "+4".
        guard text.utf8.first != UInt8(ascii: "+"), let jobs = Int(text), Self.allowed.contains(jobs) else {
            throw .invalidJobs(text, allowed: Self.allowed)
        }
        stated = jobs
    }

    var threads: Int { stated ?? min(Threads.coreCount, Self.allowed.upperBound) }

    /// Blobs wait for a registry more than for a processor.
    var connections: Int { stated ?? max(threads, Self.leastConnections) }
}

/// What becomes of a destination that exists.
enum ExistingDestination: Sendable, Equatable {
    case refuse
    /// Add or replace the named image.
    case update
    /// Replace the whole.
    case force
}
