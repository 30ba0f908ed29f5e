internal import ByteIO
package import ImageModel
internal import Synchronization

/// Is told of each blob as its transfer begins and ends, from any thread.
package protocol BlobObserver: Sendable {
    func begin(_ blob: Digest)
    func end(_ blob: Digest)
}

/// The one loop that carries out a plan: blobs on as many threads as there are jobs, then documents, then the roots.
package final class PlanExecution: Sendable {
    /// The content that was really written; the destination had the rest.
    package struct Written: Sendable {
        package var blobs = 0
        package var bytes: Int64 = 0
        package var publication = Publication()
    }

    private let plan: WritePlan
    private let sink: any ImageSink
    private let jobs: Int
    private let observer: (any BlobObserver)?
    private let progress: @Sendable (Int) -> Void
    private let hasBegun = Atomic<Bool>(false)
    /// The sums of the content that was written.
    private let written = Mutex(Written())

    /// Each worker calls `progress` with the bytes that are done since its last call.
    package init(
        _ plan: WritePlan, into sink: any ImageSink, jobs: Int, observer: (any BlobObserver)? = nil,
        progress: @escaping @Sendable (Int) -> Void
    ) {
        self.plan = plan
        self.sink = sink
        self.jobs = jobs
        self.observer = observer
        self.progress = progress
    }

    @discardableResult
    package static func run(
        _ plan: WritePlan, into sink: any ImageSink, jobs: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) -> Written {
        let execution = PlanExecution(plan, into: sink, jobs: jobs, progress: progress)
        try execution.writeBlobs()
        return try execution.finish()
    }

    /// Finds out what the destination has. Returns whether that is everything, so that nothing is to be written.
    package func lookAhead() throws(SinkError) -> Bool {
        try sink.begin(plan)
        hasBegun.store(true, ordering: .relaxed)
        return try sink.lookAhead(jobs: jobs)
    }

    /// The first half. Nothing is visible after it, in a registry neither a manifest nor a tag.
    package func writeBlobs() throws(SinkError) {
        if !hasBegun.load(ordering: .relaxed) { _ = try lookAhead() }
        let crew = CopyCrew()
        if sink.traits.waitsForNetwork {
            let (blobs, leaves) = (plan.blobs, DocumentWaves(plan).leaves)
            try crew.forEach(
                blobs.count + leaves.count, jobs: jobs, assistants: 0
            ) { [self] (number, buffer) throws(SinkError) in
                if number < blobs.count {
                    try put(blobs[number], crew, &buffer)
                } else {
                    try put(leaves[number - blobs.count])
                }
            }
        } else if sink.traits.isOrdered {
            try CopyCrew.assisted(by: min(jobs, 2) - 1) { (crew) throws(SinkError) in
                var buffer = [UInt8](repeating: 0, count: transferSize)
                for blob in plan.orderedBlobs { try put(blob, crew, &buffer) }
            }
        } else {
            try crew.forEach(plan.blobs.count, jobs: jobs) { [self] (number, buffer) throws(SinkError) in
                try put(plan.blobs[number], crew, &buffer)
            }
        }
    }

    /// The second half: documents, side by side if the sink waits for a network, then the roots.
    package func finish() throws(SinkError) -> Written {
        if sink.traits.waitsForNetwork {
            for wave in DocumentWaves(plan).waves {
                try Threads.forEach(wave.count, jobs: jobs) { [self] (number) throws(SinkError) in
                    try put(wave[number])
                }
            }
        } else {
            for document in plan.documents { try put(document) }
        }
        let publication = try sink.commit(plan.roots)
        return written.withLock { written in
            written.publication = publication
            if let pushed = publication.pushed {
                written.blobs -= pushed.unsent
                written.bytes -= pushed.unsentBytes
            }
            return written
        }
    }

    private func put(_ blob: WritePlan.Blob, _ crew: CopyCrew, _ buffer: inout [UInt8]) throws(SinkError) {
        observer?.begin(blob.digest)
        defer { observer?.end(blob.digest) }
        if try sink.contains(.blob(blob.digest, size: blob.size)) { return progress(Int(blob.size)) }
        try sink.put(blob, crew: crew, buffer: &buffer, progress: progress)
        written.withLock {
            $0.blobs += 1
            $0.bytes += blob.size
        }
    }

    private func put(_ document: Document) throws(SinkError) {
        if try !sink.contains(.document(document)) { try sink.put(document) }
    }
}

/// The documents of a plan in the order in which a registry takes them: its blobs, then manifests, then indexes of these,
/// then indexes of indexes. The documents of one wave do not refer to each other.
struct DocumentWaves {
    /// Configs, and all other documents that are neither manifest nor index.
    let leaves: [Document]
    let waves: [[Document]]

    /// Children stand before parents in a plan.
    init(_ plan: WritePlan) {
        leaves = plan.documents.filter { !$0.isStructure }
        var depths: [Digest: Int] = [:]
        var waves: [[Document]] = []
        for document in plan.documents where document.isStructure {
            var depth = 0
            if let index = document.index {
                depth = 1 + index.manifests.reduce(0) { max($0, depths[$1.descriptor.digest] ?? 0) }
            }
            depths[document.digest] = depth
            while waves.count <= depth { waves.append([]) }
            waves[depth].append(document)
        }
        self.waves = waves.filter { !$0.isEmpty }
    }
}

/// Bytes that end for one worker when another has failed, so that no upload goes on for nothing.
struct CrewedSource: ByteSource {
    private let source: any ByteSource
    private let crew: CopyCrew

    init(_ source: any ByteSource, _ crew: CopyCrew) {
        self.source = source
        self.crew = crew
    }

    var path: String { source.path }
    var size: Int64 { source.size }
    var traits: SourceTraits { source.traits }

    func open() throws(IOFailure) -> any ByteReader {
        Reader(path: path, crew: crew, reader: try source.open())
    }

    private struct Reader: ByteReader {
        let path: String
        let crew: CopyCrew
        var reader: any ByteReader

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if crew.hasFailed { throw IOFailure(.read, path, .interrupted) }
            return try reader.read(into: &buffer)
        }
    }
}
