import ImageModel
import TestSupport
import Testing

@testable import ByteIO
@testable import ImageSinks

/// Executing a plan with a real layout and with failing blobs.
struct PlanExecutionTests {
    static func blob(_ number: Int, size: Int = 1000, failure: IOFailure? = nil) -> WritePlan.Blob {
        let bytes = Array("\(number) ".utf8) + SampleBytes.text(size)
        let descriptor = Descriptor(mediaType: .ociLayer, digest: Digest(of: bytes), size: Int64(bytes.count))
        let given = failure == nil ? bytes : Array(bytes.prefix(bytes.count / 2))
        return .init(descriptor, source: ScriptedSource(given, step: 70_000, failure: failure))
    }

    static let failure = IOFailure(.read, "blob", .system(5))
    static let big = 6 << 20

    /// The failing blob is the first, a middle or the last one; small, or large enough for assistants.
    @Test(arguments: [1, 2, 3, 4], [(0, 1000), (6, 1000), (11, 1000), (0, big), (11, big)])
    func oneFailingBlobEndsTheRun(_ jobs: Int, _ failing: (place: Int, size: Int)) throws {
        let directory = try TemporaryDirectory()
        let blobs = (0..<12).map { number in
            number == failing.place ? Self.blob(number, size: failing.size, failure: Self.failure) : Self.blob(number)
        }
        let plan = WritePlan(blobs: blobs, documents: [], roots: [])
        #expect(throws: Self.failure) { try LayoutSinkTests.write(plan, to: directory.path("new"), jobs: jobs) }
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test(arguments: [0, 1, 2, 4, 100], [0, 1, 9])
    func writesEveryBlobAndReportsEveryByte(_ jobs: Int, _ count: Int) throws {
        let directory = try TemporaryDirectory()
        let plan = WritePlan(
            blobs: (0..<count).map { Self.blob($0, size: $0 == 3 ? Self.big : 1000 * $0) }, documents: [], roots: [])
        let sink = try LayoutSink(
            try LayoutDestination(path: directory.path("new"), existing: .refuse), syncs: false)
        defer { sink.discard() }
        let moved = BlockingQueue<Int>()
        try sink.run(plan, jobs: jobs) { moved.send($0) }
        moved.close()
        var total = 0
        while let bytes = moved.receive() { total += bytes }
        #expect(Int64(total) == plan.bytesToMove)
        let tree = try Tree.read(directory.path("new"))
        for blob in plan.blobs {
            #expect(tree["blobs/sha256/\(blob.digest.hex)"].map { Digest(of: $0) } == blob.digest)
        }
        #expect(tree.count == count + 2)
    }

    // MARK: - Order of calls

    /// Records its calls. Blobs and documents in `known` exist already.
    final class RecordingSink: ImageSink {
        let traits = SinkTraits()
        let calls = BlockingQueue<String>()
        let known: Set<Digest>
        let spool: SpoolDirectory

        init(known: Set<Digest> = [], in directory: borrowing TemporaryDirectory) throws {
            self.known = known
            spool = try SpoolDirectory(directory.path("spool"))
        }

        func begin(_ plan: WritePlan) { calls.send("begin") }
        func contains(_ content: SinkContent) -> Bool {
            switch content {
            case .blob(let digest, _): known.contains(digest)
            case .document(let document): known.contains(document.digest)
            }
        }
        func put(_ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void) {
            calls.send("blob \(blob.digest)")
        }
        func put(_ document: Document) { calls.send("document \(document.digest)") }
        func commit(_ roots: [RootEntry]) -> Publication {
            calls.send("commit \(roots.count)")
            return Publication()
        }
        func discard() -> IOFailure? { nil }

        func all() -> [String] {
            calls.close()
            var found: [String] = []
            while let call = calls.receive() { found.append(call) }
            return found
        }
    }

    @Test(arguments: [1, 3])
    func documentsFollowBlobsAndRootsComeLast(_ jobs: Int) throws {
        let image = LayoutSinkTests.image
        let plan = LayoutSinkTests.plan([image])
        let directory = try TemporaryDirectory()
        let sink = try RecordingSink(in: directory)
        try sink.run(plan, jobs: jobs)
        let calls = sink.all()
        #expect(calls.first == "begin")
        #expect(Set(calls[1...2]) == Set(image.layers.map { "blob \($0.descriptor.digest)" }))
        #expect(
            Array(calls[3...]) == ["document \(image.config.digest)", "document \(image.manifest.digest)", "commit 1"])
    }

    @Test func existingContentIsNotWritten() throws {
        let image = LayoutSinkTests.image
        let directory = try TemporaryDirectory()
        let sink = try RecordingSink(
            known: [image.layers[0].descriptor.digest, image.config.digest], in: directory)
        try sink.run(LayoutSinkTests.plan([image]), jobs: 2)
        #expect(
            sink.all() == [
                "begin", "blob \(image.layers[1].descriptor.digest)", "document \(image.manifest.digest)", "commit 1",
            ])
    }
}
