import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import ImageAudit

@Suite("Layers in a registry that several images contain")
struct FetchedPrefixesTests {
    /// Bytes of a remote repository. Counts the transfers, and the bytes that they deliver.
    private struct RemoteBytes: ByteSource {
        let content: [UInt8]
        var origin = RepositoryName(parsing: "registry.example/app")
        /// The number of bytes after which the first transfer fails.
        var firstFailure: Int?
        let transfers = Counter()
        let bytes = Counter()

        var path: String { "layer" }
        var size: Int64 { Int64(content.count) }
        var traits: SourceTraits {
            var traits = SourceTraits()
            traits.isRereadable = false
            if let origin { traits.origin = origin }
            return traits
        }

        func open() -> any ByteReader {
            transfers.add(1)
            let failure = transfers.value == 1 ? firstFailure : nil
            return Reader(
                source: ScriptedSource(
                    Array(content.prefix(failure ?? content.count)), step: 10_000,
                    failure: failure.map { _ in IOFailure(.read, path, .truncated) }
                ).open(), bytes: bytes)
        }

        private struct Reader: ByteReader {
            var source: any ByteReader
            let bytes: Counter

            mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
                let got = try source.read(into: &buffer)
                bytes.add(got)
                return got
            }
        }
    }

    private static let config = #"{"os":"linux","architecture":"amd64","config":{"Entrypoint":["/bin/app"]}}"#

    /// Images with a small layer of their own above the same lowest layer, which contains the program.
    private static func images(_ count: Int, above base: [any ByteSource]) throws -> [ImageContents] {
        let lowest = Array("base".utf8)
        return try (0..<count).map { number in
            let top = TarBuilder.archive([("etc/motd-\(number)", [])])
            return try ImageContents.sample(
                config: Array(config.utf8), layers: [lowest, top],
                sources: [base[number % base.count], RemoteBytes(content: top)])
        }
    }

    /// A layer with the program behind data of this size.
    private static func base(_ size: Int) throws -> [UInt8] {
        let layer: [LayerEntry] = [
            .file("usr/share/data", SampleBytes.noise(size)), .program("bin/app", ProgramFile.bare(.amd64)),
            .file("usr/share/more", SampleBytes.noise(size)),
        ]
        return try MadeImage("linux/amd64", layer).content().layers[0]
    }

    @Test(
        "are fetched once and give the evidence of every image", arguments: [EvidenceDepth.bounded, .full], [1, 8])
    func once(_ depth: EvidenceDepth, _ jobs: Int) throws {
        let base = RemoteBytes(content: try Self.base(1_000_000))
        let images = try Self.images(20, above: [base])
        let found = try EvidenceSearch.examinations(of: images, depth: depth, jobs: jobs).map(\.evidence)
        #expect(found.map(\.witnesses.first?.path) == Array(repeating: "/bin/app", count: 20))
        #expect(base.transfers.value == 1)
        let fetched = depth == .full ? base.content.count...base.content.count : 1_000_000...1_200_000
        #expect(fetched.contains(base.bytes.value), "\(base.bytes.value)")
    }

    @Test("of two repositories are fetched from each")
    func repositories() throws {
        let content = try Self.base(1000)
        let sources = ["one", "two"].map {
            RemoteBytes(content: content, origin: RepositoryName(parsing: "registry.example/\($0)"))
        }
        _ = try EvidenceSearch.examinations(of: try Self.images(6, above: sources), depth: .bounded, jobs: 2)
        #expect(sources.map(\.transfers.value) == [1, 1])
    }

    @Test("a layer of one image is opened directly")
    func single() throws {
        let base = RemoteBytes(content: try Self.base(1000))
        let starts = FetchedPrefixes(try Self.images(1, above: [base]))
        let layers = starts.replacing(try Self.images(1, above: [base])[0].layers)
        #expect(layers.allSatisfy { $0.source is RemoteBytes })
    }

    @Test(
        "have the same bytes for readers at several offsets, with any limit of memory",
        arguments: [0, 70_000, 1 << 20])
    func limits(_ limit: Int) throws {
        let base = RemoteBytes(content: SampleBytes.noise(300_000))
        let images = try Self.images(4, above: [base])
        let starts = FetchedPrefixes(images, limit: limit)
        let sources = images.compactMap { starts.replacing($0.layers)[0].source }
        var readers = try sources.map { try $0.openInParts() }
        var contents = [[UInt8]](repeating: [], count: 4)
        var piece = [UInt8](repeating: 0, count: 40_000)
        // The last reader is always the most advanced.
        for round in 0..<40 {
            for number in readers.indices where round % (4 - number) == 0 {
                let got = try readers[number].fill(&piece, count: piece.count)
                contents[number] += piece.prefix(got)
            }
        }
        #expect(contents.allSatisfy { $0 == base.content })
        #expect(base.transfers.value == (limit < 1 << 20 ? 4 : 1))
    }

    @Test("give the same bytes to many threads")
    func threads() throws {
        let base = RemoteBytes(content: SampleBytes.noise(2_000_000))
        let images = try Self.images(16, above: [base])
        let starts = FetchedPrefixes(images)
        try Threads.forEach(16, jobs: 16) { (number) throws(IOFailure) in
            let content = try starts.replacing(images[number].layers)[0].source?.all(piece: 1000 + 7000 * number)
            #expect(content == base.content)
        }
        #expect(base.transfers.value == 1 && base.bytes.value == base.content.count)
    }

    @Test("free their memory for other layers when the last image has been searched")
    func release() throws {
        let sources = (0..<3).map {
            RemoteBytes(
                content: SampleBytes.noise(100_000), origin: RepositoryName(parsing: "registry.example/app\($0)"))
        }
        let images = try sources.map { try Self.images(2, above: [$0]) }
        let starts = FetchedPrefixes(images.flatMap(\.self), limit: 150_000)
        for pair in images {
            for image in pair {
                #expect(try starts.replacing(image.layers)[0].source?.all().count == 100_000)
            }
            for image in pair { starts.release(image) }
        }
        #expect(sources.map(\.transfers.value) == [1, 1, 1])
    }

    @Test("a failed transfer is an error for its reader, and the next reader fetches the layer again")
    func failure() throws {
        let base = RemoteBytes(content: SampleBytes.noise(300_000), firstFailure: 150_000)
        let images = try Self.images(2, above: [base])
        let starts = FetchedPrefixes(images)
        let sources = images.compactMap { starts.replacing($0.layers)[0].source }
        #expect(throws: IOFailure.self) { try sources[0].all() }
        #expect(try sources[1].all() == base.content)
        #expect(base.transfers.value == 2)
    }
}
