internal import ByteIO
package import ImageModel
internal import Synchronization

/// The one loop that carries out a plan: blobs on as many threads as there are jobs, then documents, then the roots.
package enum PlanExecution {
    /// The content that was really written; the destination had the rest.
    package struct Written: Sendable {
        package var blobs = 0
        package var bytes: Int64 = 0
        package var publication = Publication()
    }

    /// Each worker calls `progress` with the bytes that are done since its last call.
    @discardableResult
    package static func run(
        _ plan: WritePlan, into sink: any ImageSink, jobs: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) -> Written {
        try sink.begin(plan)
        let execution = PlanExecution.Run(sink: sink, progress: progress)
        if sink.traits.waitsForNetwork {
            try execution.writeInWaves(plan, jobs: jobs)
        } else {
            try execution.write(plan, jobs: jobs)
        }
        return try execution.commit(plan.roots)
    }

    /// One execution: the sink, and the sums of what was written to it.
    private final class Run: Sendable {
        private let sink: any ImageSink
        private let progress: @Sendable (Int) -> Void
        private let written = Mutex(Written())

        init(sink: any ImageSink, progress: @escaping @Sendable (Int) -> Void) {
            self.sink = sink
            self.progress = progress
        }

        func write(_ plan: WritePlan, jobs: Int) throws(SinkError) {
            if sink.traits.isOrdered {
                try CopyCrew.assisted(by: min(jobs, 2) - 1) { (crew) throws(SinkError) in
                    var buffer = [UInt8](repeating: 0, count: transferSize)
                    for blob in plan.orderedBlobs { try put(blob, crew, &buffer) }
                }
            } else {
                let crew = CopyCrew()
                try crew.forEach(plan.blobs.count, jobs: jobs) { [self] (number, buffer) throws(SinkError) in
                    try put(plan.blobs[number], crew, &buffer)
                }
            }
            for document in plan.documents { try put(document) }
        }

        /// Blobs and configs together, then the other documents wave by wave.
        func writeInWaves(_ plan: WritePlan, jobs: Int) throws(SinkError) {
            let waves = DocumentWaves(plan)
            let (blobs, leaves) = (plan.blobs, waves.leaves)
            let crew = CopyCrew()
            try crew.forEach(
                blobs.count + leaves.count, jobs: jobs, assistants: 0
            ) { [self] (number, buffer) throws(SinkError) in
                if number < blobs.count {
                    try put(blobs[number], crew, &buffer)
                } else {
                    try put(leaves[number - blobs.count])
                }
            }
            for wave in waves.waves {
                try Threads.forEach(wave.count, jobs: jobs) { [self] (number) throws(SinkError) in
                    try put(wave[number])
                }
            }
        }

        func commit(_ roots: [RootEntry]) throws(SinkError) -> Written {
            let publication = try sink.commit(roots)
            return written.withLock { written in
                written.publication = publication
                return written
            }
        }

        private func put(_ blob: WritePlan.Blob, _ crew: CopyCrew, _ buffer: inout [UInt8]) throws(SinkError) {
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
