import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSinks

/// An image in skopeo's format appears complete or not at all, and an existing image is never at risk.
struct SkopeoDirectorySinkTests {
    static let images = [SampleImage("linux/amd64", content: ["base", "x"]), SampleImage("linux/arm64")]
    static let index = SampleImage.index([images[0].entry("linux/amd64"), images[1].entry("linux/arm64")])

    static func plan(
        _ images: [SampleImage], _ index: Document? = nil, change: (WritePlan.Blob) -> WritePlan.Blob = { $0 }
    ) -> WritePlan {
        var blobs: [Digest: WritePlan.Blob] = [:]
        for layer in images.flatMap(\.layers) {
            blobs[layer.descriptor.digest] = change(.init(layer.descriptor, source: ScriptedSource(layer.bytes)))
        }
        let root = index ?? images[0].manifest
        let documents = images.flatMap { [$0.config, $0.manifest] } + (index.map { [$0] } ?? [])
        return WritePlan(
            blobs: Array(blobs.values), documents: documents,
            roots: [SkopeoDirectoryDestinationTests.root(root, "app:1")])
    }

    static func write(
        _ plan: WritePlan, to path: String, _ existing: ExistingContent = .refuse, syncs: Bool = false
    ) throws {
        let sink = try SkopeoDirectorySink(
            try SkopeoDirectoryDestination(path: path, existing: existing), syncs: syncs)
        defer { sink.discard() }
        try sink.run(plan, jobs: 2)
    }

    static func files(_ images: [SampleImage], _ index: Document? = nil) -> [String: [UInt8]] {
        var files = ["version": Array("Directory Transport Version: 1.1\n".utf8)]
        for image in images {
            files[image.config.digest.hex] = image.config.bytes
            files["\(image.manifest.digest.hex).manifest.json"] = image.manifest.bytes
            for layer in image.layers { files[layer.descriptor.digest.hex] = layer.bytes }
        }
        if index == nil { files["\(images[0].manifest.digest.hex).manifest.json"] = nil }
        files["manifest.json"] = index?.bytes ?? images[0].manifest.bytes
        return files
    }

    @Test(arguments: [true, false], ["new", "empty", "link", "deep/new/"])
    func createsAnImageAndLeavesNothingElse(_ syncs: Bool, _ name: String) throws {
        let directory = try TemporaryDirectory()
        for name in ["empty", "deep", "target"] { try FileSystem.makeDirectory(directory.path(name)) }
        try Program.run("ln", ["-s", "target", directory.path("link")])
        try Self.write(Self.plan(Self.images, Self.index), to: directory.path(name), syncs: syncs)
        let place = name == "link" ? "target" : name
        #expect(try Tree.read(directory.path(place)) == Self.files(Self.images, Self.index))
        #expect(try Tree.names(in: directory.path).allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func aSingleImageIsStoredWithItsManifest() throws {
        let directory = try TemporaryDirectory()
        try Self.write(Self.plan([Self.images[0]]), to: directory.path("new"))
        #expect(try Tree.read(directory.path("new")) == Self.files([Self.images[0]]))
    }

    @Test func replacingRemovesTheOldImage() throws {
        let directory = try TemporaryDirectory()
        try Self.write(Self.plan([Self.images[0]]), to: directory.path("image"))
        try directory.write([1], to: "image/signature-1")
        try Self.write(Self.plan(Self.images, Self.index), to: directory.path("image"), .replace)
        #expect(try Tree.read(directory.path("image")) == Self.files(Self.images, Self.index))
        #expect(try Tree.names(in: directory.path) == ["image"])
    }

    @Test func nothingIsVisibleBeforeCommit() throws {
        let directory = try TemporaryDirectory()
        let sink = try SkopeoDirectorySink(
            try SkopeoDirectoryDestination(path: directory.path("new"), existing: .refuse), syncs: false)
        let plan = Self.plan(Self.images, Self.index)
        try sink.putEverything(plan)
        #expect(!FileSystem.exists(directory.path("new")))
        sink.discard()
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test(arguments: ["other bytes", "less", "more"], [ExistingContent.refuse, .replace])
    func wrongBytesChangeNothing(_ what: String, _ existing: ExistingContent) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("image")
        if existing == .replace { try Self.write(Self.plan([Self.images[0]]), to: path) }
        let before = try Tree.read(directory.path)
        let plan = Self.plan(Self.images, Self.index, change: LayoutSinkTests.promised(what))
        #expect(throws: BlobError.self) { try Self.write(plan, to: path, existing) }
        #expect(try Tree.read(directory.path) == before)
        #expect(try Tree.names(in: directory.path) == (existing == .refuse ? [] : ["image"]))
    }

    @Test func anUnsupportedImageIsRefusedBeforeAnyByteIsRead() throws {
        let directory = try TemporaryDirectory()
        let outer = SampleImage.index([SampleImage.entry(Self.index)])
        let inner = Self.plan(Self.images, Self.index)
        let plan = WritePlan(
            blobs: inner.blobs.map {
                .init(
                    Descriptor(mediaType: .ociLayer, digest: $0.digest, size: $0.size),
                    source: ScriptedSource([], failure: IOFailure(.read, "x", .truncated)))
            }, documents: inner.documents + [outer], roots: [SkopeoDirectoryDestinationTests.root(outer)])
        #expect {
            try Self.write(plan, to: directory.path("new"))
        } throws: {
            if case DestinationError.nestedIndex(Self.index.digest) = $0 { true } else { false }
        }
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test func spooledBytesAreMoved() throws {
        let directory = try TemporaryDirectory()
        let sink = try SkopeoDirectorySink(
            try SkopeoDirectoryDestination(path: directory.path("new"), existing: .refuse), syncs: true)
        defer { sink.discard() }
        let archive = TarBuilder.archive([("layer", SampleBytes.text(5000))])
        let index = try TarStream.index(ScriptedSource(archive).open(), path: "tar", spool: sink.spool)
        let spooled = try #require(try index.file("layer"))
        let descriptor = Descriptor(mediaType: .ociLayer, digest: Digest(of: SampleBytes.text(5000)), size: 5000)
        let single = Self.plan([Self.images[0]])
        let plan = WritePlan(
            blobs: single.blobs + [.init(descriptor, source: spooled)], documents: single.documents,
            roots: single.roots)
        try sink.run(plan, jobs: 1)
        #expect(try Tree.read(directory.path("new"))[descriptor.digest.hex] == SampleBytes.text(5000))
    }

    @Test func aDirectoryCreatedMeanwhileIsNotOverwritten() throws {
        let directory = try TemporaryDirectory()
        let sink = try SkopeoDirectorySink(
            try SkopeoDirectoryDestination(path: directory.path("new"), existing: .refuse), syncs: false)
        try directory.write([1], to: "new/theirs")
        #expect {
            try sink.run(Self.plan([Self.images[0]]), jobs: 1)
        } throws: {
            if case DestinationError.imageExists(_) = $0 { true } else { false }
        }
        sink.discard()
        #expect(try Tree.read(directory.path) == ["new/theirs": [1]])
    }

    /// Another process adds a file after the check and before the lock.
    @Test func aDirectoryThatChangedMeanwhileIsNotReplaced() throws {
        let directory = try TemporaryDirectory()
        try Self.write(Self.plan([Self.images[0]]), to: directory.path("image"))
        let destination = try SkopeoDirectoryDestination(path: directory.path("image"), existing: .replace)
        try directory.write([1], to: "image/theirs")
        let before = try Tree.read(directory.path)
        #expect {
            try causing { try SkopeoDirectorySink(destination, syncs: false) }
        } throws: {
            if case DestinationError.skopeoDirectoryHoldsMore(_, "theirs") = $0 { true } else { false }
        }
        #expect(try Tree.read(directory.path) == before)
        #expect(try Tree.names(in: directory.path) == ["image"])
    }
}
