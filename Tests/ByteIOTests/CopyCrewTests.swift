import TestSupport
import Testing

@testable import ByteIO

/// A copy writes exactly the bytes that it hashes, with and without assistants. No thread waits for ever.
struct CopyCrewTests {
    static let sharing = 4 << 20
    static let sizes = [
        0, 1, transferSize - 1, transferSize, transferSize + 1, sharing, sharing + 1, sharing + transferSize,
        3 * sharing + 5,
    ]

    static func copy(
        _ source: ScriptedSource, expected: Int64, crew: CopyCrew, algorithm: ContentHasher.Algorithm = .sha256,
        to path: String, progress: (Int) -> Void = { _ in }
    ) throws -> CopyCrew.Outcome {
        let file = try StagedFile(creating: path)
        var reader: any ByteReader = source.open()
        var buffer = [UInt8](repeating: 0, count: transferSize)
        let outcome = try crew.copy(
            &reader, expected: expected, algorithm: algorithm, to: file, buffer: &buffer, progress: progress)
        try file.finish(sync: false)
        return outcome
    }

    /// Runs `body` as one worker while the other workers are idle and may assist.
    static func crewed(_ assistants: Int, _ body: @escaping @Sendable (CopyCrew) throws -> Void) throws {
        let crew = CopyCrew()
        try Threads.run(1 + assistants) { number in
            crew.startWork()
            defer { crew.assist() }
            if number == 0 { try body(crew) }
        }
    }

    @Test(arguments: [0, 1, 3])
    func assistedWorkReturnsItsValueAndThrowsItsError(_ assistants: Int) throws {
        final class Local { var count = 0 }
        struct Ended: Error {}
        let local = Local()
        let value = CopyCrew.assisted(by: assistants) { _ in
            local.count += 1
            return local
        }
        #expect(value === local)
        #expect(local.count == 1)
        #expect(throws: Ended.self) { try CopyCrew.assisted(by: assistants) { _ in throw Ended() } }
    }

    @Test(arguments: sizes, [0, 1, 3])
    func writesWhatItHashes(_ size: Int, _ assistants: Int) throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(size)
        let path = directory.path("copy")
        try Self.crewed(assistants) { crew in
            let source = ScriptedSource(content, step: 200_001)
            var moved = 0
            let outcome = try Self.copy(source, expected: Int64(size), crew: crew, to: path) { moved += $0 }
            #expect(outcome.count == Int64(size))
            #expect(outcome.digest == ContentHasher.hash(content))
            #expect(moved == size)
        }
        #expect(try SpooledFile(path: "s", file: path, size: Int64(size), sha256: []).all() == content)
    }

    @Test func hashesByTheAlgorithmOfTheDigest() throws {
        let directory = try TemporaryDirectory()
        try Self.crewed(1) { [path = directory.path("copy")] crew in
            let outcome = try Self.copy(ScriptedSource([1, 2]), expected: 2, crew: crew, algorithm: .sha512, to: path)
            #expect(outcome.digest == ContentHasher.hash([1, 2], .sha512))
        }
    }

    @Test(arguments: [0, 1, transferSize, sharing + 1], [0, 1])
    func readsOneByteMoreThanExpectedAndNoMore(_ expected: Int, _ assistants: Int) throws {
        let directory = try TemporaryDirectory()
        try Self.crewed(assistants) { [path = directory.path("copy")] crew in
            // Reading a second surplus byte would throw the source's failure.
            let long = ScriptedSource(
                [UInt8](repeating: 1, count: expected + 1), failure: IOFailure(.read, "x", .truncated))
            let outcome = try Self.copy(long, expected: Int64(expected), crew: crew, to: path)
            #expect(outcome.count == Int64(expected) + 1)
        }
    }

    @Test(arguments: [0, 1])
    func aSourceThatEndsEarlyHasASmallerCount(_ assistants: Int) throws {
        let directory = try TemporaryDirectory()
        try Self.crewed(assistants) { [path = directory.path("copy")] crew in
            let content = SampleBytes.text(Self.sharing)
            let outcome = try Self.copy(
                ScriptedSource(content), expected: Int64(4 * Self.sharing), crew: crew, to: path)
            #expect(outcome.count == Int64(content.count))
            #expect(outcome.digest == ContentHasher.hash(content))
        }
    }

    @Test(arguments: [0, 100, 2 * transferSize, sharing], [0, 1, 3])
    func aReaderThatFailsLeavesNoThreadWaiting(_ size: Int, _ assistants: Int) throws {
        let directory = try TemporaryDirectory()
        let failure = IOFailure(.read, "x", .system(5))
        #expect(throws: failure) {
            try Self.crewed(assistants) { [path = directory.path("copy")] crew in
                let source = ScriptedSource([UInt8](repeating: 1, count: size), failure: failure)
                _ = try Self.copy(source, expected: Int64(8 * Self.sharing), crew: crew, to: path)
            }
        }
    }

    /// Large and small blobs, more than workers, so that workers and assistants change often.
    @Test(arguments: [1, 2, 4])
    func manyBlobsKeepTheirDigests(_ workers: Int) throws {
        let directory = try TemporaryDirectory()
        let contents = (0..<12).map { SampleBytes.text($0 % 3 == 0 ? Self.sharing + 100_000 + $0 : 1000 * $0) }
        let next = BlockingQueue<Int>()
        for number in contents.indices { next.send(number) }
        next.close()
        let crew = CopyCrew()
        try Threads.run(workers) { [path = directory.path] _ in
            crew.startWork()
            defer { crew.assist() }
            while let number = next.receive() {
                let content = contents[number]
                let outcome = try Self.copy(
                    ScriptedSource(content), expected: Int64(content.count), crew: crew, to: "\(path)/\(number)")
                #expect(outcome.digest == ContentHasher.hash(content))
            }
        }
    }
}
