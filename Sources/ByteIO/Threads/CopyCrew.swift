internal import Synchronization

/// The loop that moves bytes: read, hash, write, one buffer at a time, and says what the bytes' digest was.
///
/// A worker with nothing left to copy becomes an assistant: the copy of a big blob hands it the hashing, so a single
/// huge layer keeps two cores busy (0.62 s per GB instead of 0.79 s). The buffer that is hashed is the very buffer
/// that was written, so the digest is that of the bytes on the disk.
package final class CopyCrew: @unchecked Sendable {
    /// Below this much left, handing over costs more than it saves.
    static let worthSharing: Int64 = 4 << 20

    private let lock = Lock()
    /// Guarded by the lock: workers still copying, workers waiting to assist, and the hashes waiting for one of them.
    private var working = 0
    private var idle = 0
    private var waiting: [any SharedWork] = []

    private let failure = FirstError()

    package init() {}

    /// One worker's error ends the work of all, at their next buffer.
    package func recordingFailure(_ body: () throws -> Void) { failure.catching(body) }

    package var hasFailed: Bool { failure.isSet }

    package func checkFailure() throws { try failure.check() }

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
        while let lane = nextLane() { lane.run() }
    }

    /// Runs `body` for each of 0..<count, so many at a time, each worker with a buffer of its own; a worker with nothing
    /// left to do assists the others. After an error no other is begun; it is thrown when all have ended.
    /// `assistants`: how many more than there is work can still help; hashing keeps one busy.
    package func forEach(
        _ count: Int, jobs: Int, assistants: Int = 1, _ body: @escaping @Sendable (Int, inout [UInt8]) throws -> Void
    ) throws {
        let next = Atomic<Int>(0)
        try Threads.run(max(1, min(jobs, count + assistants))) { [self] _ in
            var buffer = [UInt8](repeating: 0, count: transferSize)
            startWork()
            // Whatever happens, the others must not wait for this worker.
            defer { assist() }
            while !hasFailed {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                recordingFailure { try body(number, &buffer) }
            }
        }
        try checkFailure()
    }

    /// Runs `body` on the calling thread with so many others at hand to hash for it.
    package static func assisted<R>(by assistants: Int, _ body: (CopyCrew) throws -> R) rethrows -> R {
        let crew = CopyCrew()
        crew.startWork()
        // A thread that the system refuses is one that does not help.
        let threads = (0..<assistants).compactMap { _ in
            Thread { while let lane = crew.nextLane() { lane.run() } }
        }
        // Whatever ended the body, the others must not wait for more work of it.
        defer {
            crew.assist()
            for thread in threads { thread.join() }
        }
        return try body(crew)
    }

    private func nextLane() -> (any SharedWork)? {
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

    /// Shares the lane if somebody is there to hash it.
    func offer(_ lane: any SharedWork) {
        lock.hold {
            guard idle > waiting.count else { return }
            lane.share()
            waiting.append(lane)
            lock.wakeAll()
        }
    }

    /// Never reads more than `expected` + 1 bytes; `progress` hears of every buffer.
    package func copy(
        _ reader: inout any ByteReader, expected: Int64, algorithm: ContentHasher.Algorithm,
        to file: borrowing some ByteWriter & ~Copyable, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(IOFailure) -> Outcome {
        let lane = HashLane(algorithm)
        defer { lane.end() }
        var count: Int64 = 0
        while count <= expected {
            try Interruption.check(.read, file.path)
            if hasFailed { throw IOFailure(.read, file.path, .interrupted) }
            if !lane.isShared, expected - count > Self.worthSharing { offer(lane) }
            var current = lane.isShared ? lane.emptyBuffer() : exchange(&buffer, with: [])
            let got = try Self.read(&reader, into: &current, atMost: expected - count + 1)
            try file.write(current.span.extracting(0..<got))
            lane.hash(&current, count: got)
            if !lane.isShared { buffer = current }
            if got == 0 { break }
            count += Int64(got)
            progress(got)
        }
        return Outcome(count: count, digest: lane.finish())
    }

    private static func read(
        _ reader: inout any ByteReader, into buffer: inout [UInt8], atMost limit: Int64
    ) throws(IOFailure) -> Int {
        var all = buffer.mutableSpan
        var part = all._mutatingExtracting(0..<Int(min(Int64(all.count), limit)))
        return try reader.read(into: &part)
    }
}

/// Work of which part can be handed to an assistant at any time.
protocol SharedWork: AnyObject, Sendable {
    /// Called by the owner; from here on the assistant does its part.
    func share()
    /// The assistant's part, until the owner has ended.
    func run()
}
