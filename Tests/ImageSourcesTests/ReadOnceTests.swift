import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import ImageSources

/// Each document of a source is read and parsed once.
struct ReadOnceTests {
    static let image = SampleImage("linux/amd64", content: ["base", "app"])

    static let hybrid = HybridUnionTests.hybrid([image.entry(name: "app:1")], docker: [(image, ["app:1"])])

    static let skopeo: [(String, [UInt8])] =
        [("version", Array("Directory Transport Version: 1.1\n".utf8)), ("manifest.json", image.manifest.bytes)]
        + [image.config.descriptor].map { ($0.digest.hex, image.config.bytes) }
        + image.layers.map { ($0.descriptor.digest.hex, $0.bytes) }

    static func write(_ files: [(String, [UInt8])], to directory: borrowing TemporaryDirectory) throws {
        for (name, bytes) in files { _ = try directory.write(bytes, to: name) }
    }

    /// The same names and sizes without any content.
    static func erase(_ files: [(String, [UInt8])], in directory: borrowing TemporaryDirectory) throws {
        try write(files.map { ($0, [UInt8](repeating: 0, count: $1.count)) }, to: directory)
    }

    @Test(
        "a dialect reads each file once",
        arguments: [
            ("layout with docker's list", hybrid), ("skopeo directory", skopeo),
            ("skopeo directory without version", Array(skopeo.dropFirst())),
            ("docker archive", MemberEditsTests.docker("config.json")),
        ])
    func dialects(_ what: String, _ content: [(String, [UInt8])]) throws {
        let directory = try TemporaryDirectory()
        try Self.write(content, to: directory)
        let files = CountedFiles(DirectoryFiles(root: try DirectoryRoot(path: directory.path)))
        let dialect = try InputDialects.dialect(of: files, wanted: nil)
        let reading = try dialect.read(files, DefectLog(isSurvey: false), keepsLists: true)
        #expect(reading.graph.documents.count == 2, "\(what)")
        #expect(files.counts.count >= 2, "\(what)")
        #expect(files.counts.filter { $0.value > 1 } == [:], "\(what)")
    }

    @Test(
        "the description of a source needs no second reading",
        arguments: [
            ("layout with docker's list", "", hybrid), ("docker's list of a layout", "docker-archive:", hybrid),
            ("docker archive", "", MemberEditsTests.docker("config.json")),
        ])
    func descriptions(_ what: String, _ prefix: String, _ content: [(String, [UInt8])]) throws {
        let directory = try TemporaryDirectory()
        try Self.write(content, to: directory)
        let reference = try SourceReference(parsing: prefix + directory.path)
        let source = try Source.open(reference, .offline, OpeningPolicy(isForRevision: true))
        // docker's list leads to neither index.json nor manifests.
        let known = content.filter {
            prefix.isEmpty || $0.0 == "manifest.json" || $0.0.hasSuffix(Self.image.config.digest.hex)
        }
        try Self.erase(known, in: directory)
        let description = try SelfDescription(source)
        #expect(description.lists.images.map(\.config.digest) == [source.graph.configs[0].digest], "\(what)")
        #expect(description.lists.docker == content.first { $0.0 == "manifest.json" }?.1, "\(what)")
        #expect(try description.claims().count >= 2, "\(what)")
    }

    @Test("the inventory of a layout does not read known documents again")
    func inventories() throws {
        let directory = try TemporaryDirectory()
        let content = SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "app:1")])
        try Self.write(content, to: directory)
        let layout = try LayoutDirectory(SourceReference(parsing: directory.path))
        let known = try LayoutImages(layout).graph.documents
        #expect(known.count == 2)
        try Self.erase(content, in: directory)
        let inventory = try LayoutInventory(layout, index: layout.index, known: known)
        #expect(Set(inventory.graph.documents.keys) == Set(known.keys))
        #expect(throws: LayoutError.self) { try LayoutInventory(layout, index: layout.index) }
    }
}

/// Files that count how often each is read to its end.
private final class CountedFiles: ImageFiles {
    private let files: any ImageFiles
    private let reads = Mutex<[String: Int]>([:])

    init(_ files: any ImageFiles) { self.files = files }

    var counts: [String: Int] { reads.withLock { $0 } }
    var path: String { files.path }
    var isArchive: Bool { files.isArchive }
    var topNames: Set<String> { get throws(SourceError) { try files.topNames } }
    var names: [String] { get throws(SourceError) { try files.names } }

    func all() throws(SourceError) -> [ListedFile] { try files.all() }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        guard let source = try files.file(name) else { return nil }
        return Counted(source: source) { self.reads.withLock { $0[name, default: 0] += 1 } }
    }

    private struct Counted: ByteSource {
        let source: any ByteSource
        let count: @Sendable () -> Void

        var path: String { source.path }
        var size: Int64 { source.size }
        var traits: SourceTraits { source.traits }

        func head(_ count: Int) throws(IOFailure) -> [UInt8] { try source.head(count) }

        func open() throws(IOFailure) -> any ByteReader {
            count()
            return try source.open()
        }
    }
}
