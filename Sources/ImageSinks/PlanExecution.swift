internal import ByteIO
package import ImageModel
internal import Synchronization

/// The one loop that carries out a plan: blobs on as many threads as there are jobs, then documents, then the roots.
package enum PlanExecution {
    /// `progress` is called from every worker, with the bytes moved since its last call.
    package static func run(
        _ plan: WritePlan, into sink: some ImageSink, jobs: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws {
        try sink.begin(plan)
        let blobs = plan.blobs.filter { !sink.contains($0.digest, size: $0.size) }
        let next = Atomic<Int>(0)
        let failed = Atomic<Bool>(false)
        let workers = max(1, min(jobs, max(blobs.count, 1) + 1))
        let crew = CopyCrew()
        try Threads.run(workers) { _ in
            var buffer = [UInt8](repeating: 0, count: transferSize)
            crew.startWork()
            // Whatever happens, the others must not wait for this worker.
            defer { crew.assist() }
            while !failed.load(ordering: .relaxed) {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < blobs.count else { return }
                do { try sink.put(blobs[number], crew: crew, buffer: &buffer, progress: progress) } catch {
                    failed.store(true, ordering: .relaxed)
                    throw error
                }
            }
        }
        for document in plan.documents where !sink.contains(document.digest, size: Int64(document.bytes.count)) {
            try sink.put(document)
        }
        try sink.commit(plan.roots)
    }
}
