internal import ByteIO
package import ImageModel
internal import Synchronization

/// The one loop that carries out a plan: blobs on as many threads as there are jobs, then documents, then the roots.
package enum PlanExecution {
    /// What was really written; the rest was there.
    package struct Outcome: Sendable {
        package var blobs = 0
        package var bytes: Int64 = 0
    }

    /// `progress` is called from every worker, with the bytes dealt with since its last call.
    @discardableResult
    package static func run(
        _ plan: WritePlan, into sink: some ImageSink, jobs: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws -> Outcome {
        try sink.begin(plan)
        let written = Mutex(Outcome())
        let put = { @Sendable (blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8]) throws in
            if try sink.contains(blob.digest, size: blob.size) { return progress(Int(blob.size)) }
            try sink.put(blob, crew: crew, buffer: &buffer, progress: progress)
            written.withLock {
                $0.blobs += 1
                $0.bytes += blob.size
            }
        }
        let waves = sink.putsWait ? DocumentWaves(plan) : nil
        let leaves = waves?.leaves ?? []
        if sink.isOrdered {
            try CopyCrew.assisted(by: min(jobs, 2) - 1) { crew in
                var buffer = [UInt8](repeating: 0, count: transferSize)
                for blob in plan.orderedBlobs { try put(blob, crew, &buffer) }
            }
        } else {
            let crew = CopyCrew()
            let assistants = sink.putsWait ? 0 : 1
            try crew.forEach(plan.blobs.count + leaves.count, jobs: jobs, assistants: assistants) { number, buffer in
                if number < plan.blobs.count { return try put(plan.blobs[number], crew, &buffer) }
                try Self.put(leaves[number - plan.blobs.count], into: sink)
            }
        }
        if let waves {
            for wave in waves.waves {
                try Threads.forEach(wave.count, jobs: jobs) { try Self.put(wave[$0], into: sink) }
            }
        } else {
            for document in plan.documents { try Self.put(document, into: sink) }
        }
        try sink.commit(plan.roots)
        return written.withLock { $0 }
    }

    private static func put(_ document: Document, into sink: some ImageSink) throws {
        if try !sink.contains(document) { try sink.put(document) }
    }
}

/// The documents of a plan by what they need before them: blobs of a registry, then manifests, then indexes of these, then
/// indexes of indexes. Those of one wave do not know each other.
struct DocumentWaves {
    /// Configs, and whatever else is neither manifest nor index.
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

/// Bytes that end for one worker when another has failed: nobody sends on what leads to nothing any more.
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
