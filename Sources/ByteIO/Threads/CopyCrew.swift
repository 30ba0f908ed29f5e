internal import Synchronization

/// The threads that copy the blobs of one run: each reads, hashes and writes, one buffer at a time.
///
/// A worker with nothing left to copy becomes an assistant: it hashes a big blob while another worker copies that blob.
/// So one huge layer uses two cores (0.62 s per GB instead of 0.79 s). The hashed buffer is the one that was written,
/// so the digest is that of the bytes on the disk.
package final class CopyCrew: @unchecked Sendable {
    /// Below this many bytes left, handing work over costs more than it saves.
    static let worthSharing: Int64 = 4 << 20

    private let lock = Lock()
    /// Guarded by the lock: the number of workers that still copy, the number that wait to assist, and the work that
    /// waits for one of the latter.
    private var working = 0
    private var idle = 0
    private var waiting: [any SharedWork] = []

    private let isStopped = Atomic<Bool>(false)

    package init() {}

    /// Ends the work of all workers at their next buffer.
    package func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Whether a worker has failed, so that the others stop.
    package var hasFailed: Bool { isStopped.load(ordering: .relaxed) }

    package struct Outcome: Sendable {
        package let count: Int64
        package let digest: [UInt8]
    }

    package func startWork() { lock.hold { working += 1 } }

    /// Called by a worker when its list is empty: hashes for the others until they are done too.
    package func assist() {
        lock.hold {
            working -= 1
            lock.wakeAll()
        }
        while let work = nextWork() { work.assist() }
    }

    /// Runs `body` for each of 0..<count on at most `jobs` threads, each with a buffer of its own; a worker with nothing
    /// left to do assists the others. After an error no other is begun; the first is thrown when all have ended.
    /// `assistants` is the number of threads beyond `count` that can still help; hashing keeps one busy.
    package func forEach<Failure: Error>(
        _ count: Int, jobs: Int, assistants: Int = 1,
        _ body: @escaping @Sendable (Int, inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let next = Atomic<Int>(0)
        let outcome = FirstError<Failure>()
        Threads.run(max(1, min(jobs, count + assistants))) { [self] _ in
            var buffer = [UInt8](repeating: 0, count: transferSize)
            startWork()
            // The other workers must not wait for this one, however it ends.
            defer { assist() }
            while !hasFailed {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                do throws(Failure) { try body(number, &buffer) } catch {
                    // Kept before the others stop, so that it is the first.
                    outcome.keep(error)
                    stop()
                }
            }
        }
        try outcome.check()
    }

    /// Runs `body` on the calling thread with `assistants` other threads that hash for it. There are fewer of them if
    /// the system refuses threads.
    package static func assisted<R, Failure: Error>(
        by assistants: Int, _ body: (CopyCrew) throws(Failure) -> R
    ) throws(Failure) -> R {
        let crew = CopyCrew()
        crew.startWork()
        let threads = (0..<assistants).compactMap { _ in
            Thread { while let work = crew.nextWork() { work.assist() } }
        }
        // However the body ends, the assistants must not wait for more work.
        defer {
            crew.assist()
            for thread in threads { thread.join() }
        }
        return try body(crew)
    }

    private func nextWork() -> (any SharedWork)? {
        lock.hold {
            while waiting.isEmpty {
                if working == 0 { return nil }
                idle += 1
                lock.wait()
                idle -= 1
            }
            return waiting.removeFirst()
        }
    }

    /// Shares the work if an assistant is idle.
    func offer(_ work: any SharedWork) {
        lock.hold {
            guard idle > waiting.count else { return }
            work.share()
            waiting.append(work)
            lock.wakeAll()
        }
    }

    /// Never reads more than `expected` + 1 bytes. `progress` is called for every buffer.
    package func copy(
        _ reader: inout any ByteReader, expected: Int64, algorithm: ContentHasher.Algorithm,
        to file: borrowing some ByteWriter & ~Copyable, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(IOFailure) -> Outcome {
        let hashing = SharedHashing(stored: [algorithm])
        defer { hashing.end() }
        var count: Int64 = 0
        while count <= expected {
            try Interruption.check(.read, file.path)
            if hasFailed { throw IOFailure(.read, file.path, .interrupted) }
            if !hashing.isShared, expected - count > Self.worthSharing { offer(hashing) }
            var current = hashing.isShared ? hashing.emptyBuffer() : exchange(&buffer, with: [])
            let got = try Self.read(&reader, into: &current, atMost: expected - count + 1)
            try file.write(current.span.extracting(0..<got))
            hashing.hash(.stored, &current, count: got)
            if !hashing.isShared { buffer = current }
            if got == 0 { break }
            count += Int64(got)
            progress(got)
        }
        return Outcome(count: count, digest: hashing.finish().stored[algorithm] ?? [])
    }

    private static func read(
        _ reader: inout any ByteReader, into buffer: inout [UInt8], atMost limit: Int64
    ) throws(IOFailure) -> Int {
        var all = buffer.mutableSpan
        var part = all._mutatingExtracting(0..<Int(min(Int64(all.count), limit)))
        return try reader.read(into: &part)
    }
}

/// Work of which a part can be handed to an assistant at any time.
protocol SharedWork: AnyObject, Sendable {
    /// Called by the owner; from here on the assistant does its part.
    func share()
    /// The assistant's part; returns when the owner has ended.
    func assist()
}
