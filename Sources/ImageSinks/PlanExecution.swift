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
        let next = Atomic<Int>(0)
        let written = Mutex(Outcome())
        let workers = max(1, min(jobs, max(plan.blobs.count, 1) + 1))
        let crew = CopyCrew()
        try Threads.run(workers) { _ in
            var buffer = [UInt8](repeating: 0, count: transferSize)
            crew.startWork()
            // Whatever happens, the others must not wait for this worker.
            defer { crew.assist() }
            while !crew.hasFailed {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < plan.blobs.count else { return }
                let blob = plan.blobs[number]
                crew.recordingFailure {
                    if try sink.contains(blob.digest, size: blob.size) { return progress(Int(blob.size)) }
                    try sink.put(blob, crew: crew, buffer: &buffer, progress: progress)
                    written.withLock {
                        $0.blobs += 1
                        $0.bytes += blob.size
                    }
                }
            }
        }
        try crew.checkFailure()
        for document in plan.documents where try !sink.contains(document.digest, size: Int64(document.bytes.count)) {
            try sink.put(document)
        }
        try sink.commit(plan.roots)
        return written.withLock { $0 }
    }
}
