import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSinks

/// A layout appears complete or not at all, and an existing layout is never at risk.
struct LayoutSinkTests {
    static let image = SampleImage("linux/amd64", content: ["base", "amd64"])
    static let other = SampleImage("linux/arm64", content: ["base", "arm64"])

    static func plan(_ images: [SampleImage], name: String? = nil, change: (WritePlan.Blob) -> WritePlan.Blob = { $0 })
        -> WritePlan
    {
        var blobs: [Digest: WritePlan.Blob] = [:]
        for layer in images.flatMap(\.layers) {
            blobs[layer.descriptor.digest] = change(
                .init(layer.descriptor, source: ScriptedSource(layer.bytes)))
        }
        let roots = images.map { image in
            RootEntry(
                descriptor: image.entry(), json: image.entry().json.bytes,
                label: name.map { ImageLabel(reference: $0) }, isNamedHere: true)
        }
        return WritePlan(
            blobs: Array(blobs.values), documents: images.flatMap { [$0.config, $0.manifest] }, roots: roots)
    }

    static func write(
        _ plan: WritePlan, to path: String, _ existing: ExistingContent = .refuse, syncs: Bool = false, jobs: Int = 2
    ) throws {
        let sink = try causing {
            try LayoutSink(try LayoutDestination(path: path, existing: existing), syncs: syncs)
        }
        defer { sink.discard() }
        try sink.run(plan, jobs: jobs)
    }

    static func files(_ images: [SampleImage]) -> [String: [UInt8]] {
        Dictionary(SampleFiles.blobs(images), uniquingKeysWith: { one, _ in one }).merging([SampleFiles.marker]) {
            one, _ in one
        }
    }

    static func layout(_ path: String) throws -> (blobs: [String: [UInt8]], index: String) {
        var tree = try Tree.read(path)
        let index = tree.removeValue(forKey: "index.json") ?? []
        return (tree, String(decoding: index, as: UTF8.self))
    }

    @Test(arguments: [true, false], ["new", "empty", "deep/new/"])
    func createsALayoutAndLeavesNothingElse(_ syncs: Bool, _ name: String) throws {
        let directory = try TemporaryDirectory()
        try FileSystem.makeDirectory(directory.path("empty"))
        try FileSystem.makeDirectory(directory.path("deep"))
        try Self.write(Self.plan([Self.image], name: "app:1"), to: directory.path(name), syncs: syncs)
        let layout = try Self.layout(directory.path(name))
        #expect(layout.blobs == Self.files([Self.image]))
        #expect(layout.index.contains("docker.io/library/app:1"))
        #expect(try Tree.names(in: directory.path).allSatisfy { !$0.hasPrefix(".") })
        let deep = try Tree.names(in: directory.path("deep"))
        #expect(deep == (name == "deep/new/" ? ["new"] : []))
    }

    /// Several paths of an empty directory, and a directory with a leftover of a killed run.
    @Test(arguments: ["empty/.", "link", "leftover"])
    func acceptedDestinationsCanBeWritten(_ name: String) throws {
        let directory = try TemporaryDirectory()
        try FileSystem.makeDirectory(directory.path("empty"))
        try FileSystem.makeDirectories(directory.path("leftover/.inside.ocimerge-dead"))
        try Program.run("ln", ["-s", "empty", directory.path("link")])
        let destination = try LayoutDestination(path: directory.path(name), existing: .refuse)
        let sink = try LayoutSink(destination, syncs: false)
        defer { sink.discard() }
        try sink.run(Self.plan([Self.image]), jobs: 1)
        let place = name == "link" ? "empty" : name
        #expect(try Self.layout(directory.path(place)).blobs == Self.files([Self.image]))
    }

    @Test func nothingIsVisibleBeforeCommit() throws {
        let directory = try TemporaryDirectory()
        let sink = try LayoutSink(
            try LayoutDestination(path: directory.path("new"), existing: .refuse), syncs: false)
        let plan = Self.plan([Self.image])
        try sink.putEverything(plan)
        #expect(!FileSystem.exists(directory.path("new")))
        sink.discard()
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test func updatesKeepOtherImagesAndReplaceTheirName() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("layout")
        try Self.write(Self.plan([Self.image], name: "app:1"), to: path)
        try directory.write([7], to: "layout/extra")
        let before = try Self.layout(path).index
        try Self.write(Self.plan([Self.other], name: "other:2"), to: path, .update)
        let both = try Self.layout(path)
        #expect(both.blobs == Self.files([Self.image, Self.other]).merging(["extra": [7]]) { one, _ in one })
        let first = try #require(before.firstIndex(of: "["))
        #expect(both.index.hasPrefix(before[..<first] + before[first...].dropLast(2)))
        try Self.write(Self.plan([Self.other], name: "app:1"), to: path, .update)
        let roots = try IndexView(bytes: Array(try Self.layout(path).index.utf8)).manifests.map(RootEntry.init)
        #expect(roots.map(\.label) == [ImageLabel(reference: "other:2"), ImageLabel(reference: "app:1")])
        #expect(roots.map(\.descriptor.digest) == [Self.other.manifest.digest, Self.other.manifest.digest])
        #expect(try Tree.names(in: path).allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func anUpdateWritesNoExistingBlob() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("layout")
        try Self.write(Self.plan([Self.image]), to: path)
        let failing = Self.plan([Self.image, Self.other]) { blob in
            let isThere = Self.image.layers.contains { $0.descriptor.digest == blob.digest }
            return isThere
                ? .init(
                    Descriptor(mediaType: .ociLayer, digest: blob.digest, size: blob.size),
                    source: ScriptedSource([], failure: IOFailure(.read, "x", .truncated)))
                : blob
        }
        try Self.write(failing, to: path, .update)
        #expect(try Self.layout(path).blobs == Self.files([Self.image, Self.other]))
        let sink = try LayoutSink(
            try LayoutDestination(path: directory.path("fresh"), existing: .refuse), syncs: false)
        let layer = Self.image.layers[0].descriptor
        #expect(try !sink.contains(.blob(layer.digest, size: layer.size)))
        sink.discard()
    }

    /// A blob with a wrong size is written again.
    @Test func anUpdateReplacesABlobOfWrongSize() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("layout")
        try Self.write(Self.plan([Self.image]), to: path)
        try directory.write([1], to: "layout/blobs/sha256/\(Self.image.layers[0].descriptor.digest.hex)")
        try Self.write(Self.plan([Self.image]), to: path, .update)
        #expect(try Self.layout(path).blobs == Self.files([Self.image]))
    }

    @Test func replacingRemovesTheOldLayout() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("layout")
        try Self.write(Self.plan([Self.image], name: "app:1"), to: path)
        try directory.write([7], to: "layout/ingest/half")
        try Self.write(Self.plan([Self.other], name: "app:2"), to: path, .replace)
        let layout = try Self.layout(path)
        #expect(layout.blobs == Self.files([Self.other]))
        #expect(!layout.index.contains("app:1"))
        #expect(try Tree.names(in: directory.path) == ["layout"])
    }

    static func promised(_ what: String) -> (WritePlan.Blob) -> WritePlan.Blob {
        { blob in
            let bytes: [UInt8] =
                switch what {
                case "other bytes": [UInt8](repeating: 1, count: Int(blob.size))
                case "less": [1]
                default: [UInt8](repeating: 1, count: Int(blob.size) + 1)
                }
            return .init(
                Descriptor(mediaType: .ociLayer, digest: blob.digest, size: blob.size),
                source: ScriptedSource(bytes, path: "here"))
        }
    }

    @Test(arguments: ["other bytes", "less", "more"], [ExistingContent.refuse, .update, .replace])
    func wrongBytesChangeNothing(_ what: String, _ existing: ExistingContent) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("layout")
        if existing != .refuse { try Self.write(Self.plan([Self.other], name: "app:1"), to: path) }
        let before = try Tree.read(directory.path)
        let one = SampleImage("linux/amd64", content: ["unlike the others"])
        let layer = one.layers[0].descriptor
        let found: Int64 = what == "less" ? 1 : layer.size + 1
        let expected: BlobError =
            what == "other bytes"
            ? .digest(
                path: "here", expected: layer.digest, found: Digest(of: [UInt8](repeating: 1, count: Int(layer.size))))
            : .size(path: "here", blob: layer.digest, expected: layer.size, found: found)
        #expect(throws: expected) { try Self.write(Self.plan([one], change: Self.promised(what)), to: path, existing) }
        #expect(try Tree.read(directory.path) == before)
        #expect(try Tree.names(in: directory.path) == (existing == .refuse ? [] : ["layout"]))
    }

    @Test(arguments: [true, false])
    func spooledBytesWithTheRightDigestAreMoved(_ isRight: Bool) throws {
        let directory = try TemporaryDirectory()
        let sink = try LayoutSink(try LayoutDestination(path: directory.path("new"), existing: .refuse), syncs: true)
        defer { sink.discard() }
        let archive = TarBuilder.archive([("layer", SampleBytes.text(5000))])
        let index = try TarStream.index(ScriptedSource(archive).open(), path: "tar", spool: sink.spool)
        let spooled = try #require(try index.file("layer"))
        let digest = Digest(of: isRight ? SampleBytes.text(5000) : [])
        let descriptor = Descriptor(mediaType: .ociLayer, digest: digest, size: 5000)
        let plan = WritePlan(blobs: [.init(descriptor, source: spooled)], documents: [], roots: [])
        if isRight {
            try sink.run(plan, jobs: 1)
            #expect(try Tree.read(directory.path("new"))["blobs/sha256/\(digest.hex)"] == SampleBytes.text(5000))
        } else {
            #expect(throws: BlobError.self) { try sink.run(plan, jobs: 1) }
            #expect(!FileSystem.exists(directory.path("new")))
        }
    }

    @Test func sha512HasItsOwnDirectory() throws {
        let directory = try TemporaryDirectory()
        let bytes = Array("layer".utf8)
        let digest = Digest(of: bytes, algorithm: .sha512)
        let blob = WritePlan.Blob(
            Descriptor(mediaType: .ociLayer, digest: digest, size: 5), source: ScriptedSource(bytes))
        try Self.write(WritePlan(blobs: [blob], documents: [], roots: []), to: directory.path("new"))
        #expect(try Tree.read(directory.path("new"))["blobs/sha512/\(digest.hex)"] == bytes)
    }

    @Test func aDirectoryCreatedMeanwhileIsNotOverwritten() throws {
        let directory = try TemporaryDirectory()
        let sink = try LayoutSink(
            try LayoutDestination(path: directory.path("new"), existing: .refuse), syncs: false)
        try directory.write([1], to: "new/theirs")
        #expect { try sink.run(Self.plan([Self.image]), jobs: 1) } throws: {
            if case DestinationError.exists(_) = $0 { true } else { false }
        }
        sink.discard()
        #expect(try Tree.read(directory.path) == ["new/theirs": [1]])
    }

    @Test func anUnreadableIndexStopsAnUpdate() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "layout/oci-layout")
        try directory.write(Array("{}".utf8), to: "layout/index.json")
        let before = try Tree.read(directory.path)
        #expect { try Self.write(Self.plan([Self.image]), to: directory.path("layout"), .update) } throws: { error in
            if case DestinationError.unreadable(_, _) = error { true } else { false }
        }
        #expect(try Tree.read(directory.path)["layout/index.json"] == before["layout/index.json"])
    }
}
