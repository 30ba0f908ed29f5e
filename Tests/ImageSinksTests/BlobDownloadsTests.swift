import Foundation
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import ByteIO
@testable import ImageSinks

/// A download goes on with the bytes that an earlier run has kept, and trusts none of them.
struct BlobDownloadsTests {
    static let content = SampleBytes.text(3_000_000)
    static let digest = Digest(of: content)
    static let name = "sha256-\(digest.hex)"

    /// A blob in a registry that records the offset of each reading.
    private final class Remote: ByteSource {
        let path = "docker://registry.example/app"
        let size = Int64(BlobDownloadsTests.content.count)
        let bytes: [UInt8]
        let failure: IOFailure?
        let offsets = Mutex<[Int64]>([])

        init(_ bytes: [UInt8] = BlobDownloadsTests.content, failure: IOFailure? = nil) {
            self.bytes = bytes
            self.failure = failure
        }

        var traits: SourceTraits {
            var traits = SourceTraits()
            traits.origin = "registry.example/app"
            return traits
        }

        func open() -> any ByteReader { open(from: 0) }

        func open(from offset: Int64) -> any ByteReader {
            offsets.withLock { $0.append(offset) }
            return ScriptedSource(Array(bytes.dropFirst(Int(offset))), failure: failure).open()
        }
    }

    private static func downloads(_ directory: borrowing TemporaryDirectory) throws -> BlobDownloads {
        let place = PartialPlace(beside: directory.path("out"))
        return BlobDownloads(into: try PartialDirectory(creating: place), for: "out")
    }

    private static func plan(_ remote: Remote, _ downloads: BlobDownloads) -> WritePlan {
        let descriptor = Descriptor(mediaType: .ociLayer, digest: digest, size: remote.size)
        let source = downloads.downloadable([digest: remote])[digest] ?? remote
        return WritePlan(blobs: [.init(descriptor, source: source)], documents: [], roots: [])
    }

    /// Downloads the blob, and returns it as it is read afterwards.
    @discardableResult
    private static func run(_ remote: Remote, _ downloads: BlobDownloads) throws -> any ByteSource {
        let plan = plan(remote, downloads)
        try causing {
            try downloads.run(try downloads.missing(plan, held: nil), jobs: 2) { _ in }
        }
        #expect(try causing { try downloads.missing(plan, held: nil) }.isEmpty)
        return plan.blobs[0].source
    }

    private func isContent(_ blob: any ByteSource) throws -> Bool { try blob.all() == Self.content }

    /// The kept bytes, and the offsets from which the blob is then read.
    static let cases: [(kept: [UInt8]?, offsets: [Int64], why: String)] = [
        (nil, [0], "nothing is kept"),
        ([], [0], "an empty file"),
        (Array(content.prefix(1_000_000)), [1_000_000], "a beginning"),
        (content, [3_000_000], "all bytes"),
        ([1] + content.dropFirst().prefix(999_999), [1_000_000, 0], "a wrong first byte"),
        (content.dropLast() + [1], [3_000_000, 0], "a wrong last byte"),
        ([UInt8](repeating: 0, count: 3_000_000), [3_000_000, 0], "zeros, as after a power cut"),
        (content + [1], [0], "more bytes than the blob has"),
    ]

    @Test("only the rest is requested, and wrong bytes are fetched again", arguments: cases.indices)
    func resumes(_ number: Int) throws {
        let (kept, offsets, why) = Self.cases[number]
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        if let kept { try directory.write(kept, to: ".out.ocimerge-partial/\(Self.name)") }
        let remote = Remote()
        let blob = try Self.run(remote, downloads)
        #expect(remote.offsets.withLock { $0 } == offsets, "\(why)")
        #expect(try isContent(blob), "\(why)")
        #expect(blob.traits.origin == nil && blob.traits.isRereadable)
        #expect(remote.offsets.withLock { $0 } == offsets, "the blob is read from the file")
    }

    @Test("a blob that breaks off keeps its beginning")
    func breaksOff() throws {
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        let failure = IOFailure(.read, "r", .truncated)
        #expect(throws: failure) {
            try Self.run(Remote(Array(Self.content.prefix(2_000_000)), failure: failure), downloads)
        }
        let remote = Remote()
        #expect(try isContent(Self.run(remote, downloads)))
        #expect(remote.offsets.withLock { $0 } == [2_000_000])
    }

    @Test("wrong content of the registry is an error, and none of it is kept", arguments: [[], [1]])
    func wrongContent(_ beginning: [UInt8]) throws {
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        if !beginning.isEmpty { try directory.write(beginning, to: ".out.ocimerge-partial/\(Self.name)") }
        #expect(throws: BlobError.self) { try Self.run(Remote(Self.content.dropLast() + [1]), downloads) }
        #expect(try Tree.names(in: downloads.directory.path) == [])
    }

    @Test("a failure in the directory names the destination")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        let path = downloads.directory.path
        downloads.directory.remove()
        let error = #expect(throws: IOFailure.self) { try Self.run(Remote(), downloads) }
        #expect(error?.path == "out")
        #expect(!FileSystem.exists(path))
    }

    @Test("an archive gets the bytes at their place, also if the file changes before")
    func archived() throws {
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        let remote = Remote()
        var plan = Self.plan(remote, downloads)
        let member = ArchiveMember("blob", .blob(Self.digest, size: remote.size))
        let members = [ArchiveMember("first", .bytes([1])), member, ArchiveMember("last", .bytes([2]))]
        plan = WritePlan(blobs: plan.blobs, documents: [], roots: [], members: members)
        try causing { try downloads.run(plan.blobs, jobs: 1) { _ in } }
        try ArchiveSinkTests.write(plan, to: directory.path("out.tar"))
        let found = TarDissection(Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("out.tar")))))
        #expect(found.members.map(\.content) == [[1], Self.content, [2]])
        try directory.write([0] + Self.content.dropFirst(), to: ".out.ocimerge-partial/\(Self.name)")
        #expect(throws: IOFailure.self) { try ArchiveSinkTests.write(plan, to: directory.path("new.tar")) }
        #expect(!FileSystem.exists(directory.path("new.tar")))
    }

    @Test("a layout takes the file over without a copy")
    func adopted() throws {
        let directory = try TemporaryDirectory()
        let downloads = try Self.downloads(directory)
        let remote = Remote()
        let plan = Self.plan(remote, downloads)
        try causing { try downloads.run(plan.blobs, jobs: 1) { _ in } }
        let path = "\(downloads.directory.path)/\(Self.name)"
        let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        try LayoutSinkTests.write(plan, to: directory.path("out"))
        #expect(FileSystem.exists(path), "the file stays until the run has succeeded")
        downloads.directory.remove()
        let blob = directory.path("out/blobs/sha256/\(Self.digest.hex)")
        #expect(try FileManager.default.attributesOfItem(atPath: blob)[.systemFileNumber] as? Int == before)
        #expect(try Tree.names(in: directory.path) == ["out"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: blob)) == Data(Self.content))
    }
}
