package import ByteIO
internal import ImageModel
internal import Synchronization

/// The result of reading one blob.
enum BlobOutcome: Sendable {
    case measured(BlobMeasure, ListedFiles?)
    indirect case unreadable(IOFailure)
    /// The blob is longer than every descriptor states. It was not read. The value is its size.
    case oversized(Int64)
}

extension BlobMeasure {
    /// `nil` if the bytes were not hashed with this algorithm.
    func digest(_ algorithm: Digest.Algorithm) -> Digest? {
        digests[algorithm].map { Digest(algorithm, raw: $0) }
    }

    func content(_ algorithm: Digest.Algorithm) -> Digest? {
        content[algorithm].map { Digest(algorithm, raw: $0) }
    }
}

struct BlobOutcomes: Sendable {
    var used: [Digest: BlobOutcome] = [:]
    /// By the number of the unused file: several may be named after one digest.
    var unused: [Int: BlobOutcome] = [:]

    var count: Int { used.count + unused.count }
    var bytes: Int64 { (Array(used.values) + Array(unused.values)).totalSize(\.bytes) }
}

/// Reads every blob once, the large ones first, on as many threads as there are jobs.
struct BlobAudit: Sendable {
    private struct Job: Sendable {
        let digest: Digest
        /// The number of the unused file; `nil` if the blob is in use.
        var unused: Int?
        let source: any ByteSource
        /// The algorithms by which the content is hashed; empty if the blob is not decompressed.
        let content: Set<Digest.Algorithm>
        let wantsListing: Bool
        /// The largest size that a descriptor states; `nil` if none is trusted.
        var longest: Int64?
    }

    private let jobs: [Job]

    init(_ walk: GraphSurvey, unused: [AuditSubject.UnusedFile]) {
        var listed: Set<Digest> = []
        for image in walk.images {
            let layers = image.layers.map(\.descriptor.digest)
            let sources = layers.compactMap { walk.graph.blobs[$0] }
            // Plain layers are read by offset, which costs next to nothing. If a layer of an image is compressed, all
            // layers of the image are listed while they pass.
            if sources.contains(where: { !$0.traits.isRereadable || Self.isCompressed($0) }) {
                listed.formUnion(layers)
            }
        }
        var jobs: [Job] = []
        jobs.reserveCapacity(walk.uses.count + unused.count)
        for (digest, uses) in walk.uses {
            guard let source = walk.graph.blobs[digest] else { continue }
            let longest =
                uses.allSatisfy { $0.claimsBytes && $0.isTrusted } ? uses.map(\.descriptor.size).max() : nil
            jobs.append(
                Job(
                    digest: digest, source: source, content: Self.algorithms(uses),
                    wantsListing: listed.contains(digest), longest: longest))
        }
        for (number, file) in unused.enumerated() {
            guard let digest = file.stated, let source = file.source else { continue }
            jobs.append(Job(digest: digest, unused: number, source: source, content: [], wantsListing: false))
        }
        jobs.sort { ($0.source.size, $1.digest) > ($1.source.size, $0.digest) }
        self.jobs = jobs
    }

    var bytes: Int64 { jobs.totalSize { $0.source.traits.passedStart != nil ? 0 : $0.source.size } }

    /// All algorithms of the diffIDs. A layer without a diffID is decompressed too.
    static func algorithms(_ uses: [GraphSurvey.Use]) -> Set<Digest.Algorithm> {
        guard uses.contains(where: \.isLayer) else { return [] }
        let named = uses.compactMap(\.diffID?.algorithm)
        // One set that nearly all blobs share.
        return named.allSatisfy { $0 == .sha256 } ? usual : Set(named)
    }

    private static let usual: Set<Digest.Algorithm> = [.sha256]

    private static func isCompressed(_ source: any ByteSource) -> Bool {
        guard let head = try? source.head(16) else { return false }
        return Compression(magic: head) != nil
    }

    func run(
        threads: Int, listings: FileBudget, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) -> BlobOutcomes {
        let jobs = jobs
        let outcomes = Mutex(BlobOutcomes())
        outcomes.withLock { $0.used.reserveCapacity(jobs.count) }
        let crew = CopyCrew()
        try crew.forEach(jobs.count, jobs: threads) { (number, _) throws(IOFailure) in
            let outcome = try Self.outcome(jobs[number], crew, listings, progress)
            outcomes.withLock {
                if let unused = jobs[number].unused {
                    $0.unused[unused] = outcome
                } else {
                    $0.used[jobs[number].digest] = outcome
                }
            }
        }
        return outcomes.withLock { $0 }
    }

    private static func outcome(
        _ job: Job, _ crew: CopyCrew, _ listings: FileBudget, _ progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) -> BlobOutcome {
        if let measured = job.source as? MeasuredBlob {
            return .measured(measured.measure, measured.listed)
        }
        if let longest = job.longest, job.source.size > longest { return .oversized(job.source.size) }
        var listed: ListedFiles?
        var wishes = BlobMeasure.Wishes([job.digest.algorithm], content: job.content)
        if job.wantsListing {
            wishes.look = { listed = ListedFiles(reading: $0, path: job.source.path, budget: listings) }
        }
        do throws(IOFailure) {
            let measure = try crew.measure(
                try job.source.open(), path: job.source.path, size: job.source.size, wishes, progress: progress)
            return .measured(measure, listed)
        } catch {
            if error.cause == .interrupted { throw error }
            return .unreadable(error)
        }
    }
}

/// A blob that was measured while its bytes passed.
struct MeasuredBlob: ListedSource {
    let path: String
    let measure: BlobMeasure
    let listed: ListedFiles?
    let start: [UInt8]

    var size: Int64 { measure.size }
    /// Of a member of a stream never `nil`: two members of one name are the same only if their digests are.
    var sha256: [UInt8]? { measure.digests[.sha256] }
    var damage: TarError? { measure.failure.map(TarError.failed) ?? listed?.damage }
    var listing: LayerListing? { listed?.listing }
}

extension ContentHasher.Algorithm {
    /// The algorithms by which a member of a stream may be named. A source with blobs named by SHA-512 may name their
    /// content by it too.
    static func needed(forMember name: String) -> Set<ContentHasher.Algorithm> {
        name.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("sha512".utf8) }
            ? [.sha256, .sha512] : [.sha256]
    }
}

/// Measures every member of a stream. Which checks need the results is known only after the stream has ended.
package struct PassingAudit: StreamObserver {
    private let crew: CopyCrew
    private let progress: @Sendable (Int) -> Void
    private let listings = FileBudget(limit: LayerListing.sumLimit)

    package init(_ crew: CopyCrew, progress: @escaping @Sendable (Int) -> Void) {
        self.crew = crew
        self.progress = progress
    }

    package func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource {
        let algorithms = ContentHasher.Algorithm.needed(forMember: name)
        return try crew.measured(
            reader, path: path, size: size, algorithms, content: algorithms, listings, progress: progress)
    }
}

extension CopyCrew {
    /// Measures a blob and lists the files of its content, which is not read if no algorithm hashes it.
    func measured(
        _ reader: any ByteReader, path: String, size: Int64, _ algorithms: Set<ContentHasher.Algorithm>,
        content: Set<ContentHasher.Algorithm>, _ listings: FileBudget, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) -> MeasuredBlob {
        var reader = reader
        var start = [UInt8](repeating: 0, count: 512)
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        var listed: ListedFiles?
        var wishes = BlobMeasure.Wishes(algorithms, content: content)
        if !content.isEmpty {
            wishes.look = { listed = ListedFiles(reading: $0, path: path, budget: listings) }
        }
        let measure = try self.measure(
            PrefixedReader(start, then: reader), path: path, size: size, wishes, progress: progress)
        return MeasuredBlob(path: path, measure: measure, listed: listed, start: start)
    }
}
