import Foundation
import TestSupport
import Testing

@Suite("--compress and --recompress")
struct CompressTests {
    /// More than one gzip block, less than one, and nothing.
    static let layers = [SampleBytes.text(2_500_000), SampleBytes.text(1000), []]
    static let saved = SavedImage(["demo/app:1"], layers: layers).archive

    private static func compressed(
        _ source: String, _ options: [String], to out: String, input: [UInt8] = []
    ) throws -> WrittenLayout {
        let arguments = [source] + options + ["-q", "-o", out]
        expectDone(try Program.ocimerge(arguments, input: input, directory: fixtures))
        return try soundLayout(out)
    }

    private static func types(_ layout: WrittenLayout) -> Set<String> {
        Set(
            layout.images.flatMap(\.layers).compactMap(\.mediaType).map { $0.components(separatedBy: "tar").last ?? "" }
        )
    }

    static let methods = ["gzip", "gzip:12", "zstd", "zstd:7"]

    @Test("the output is the same with any number of jobs, on every run", arguments: methods)
    func isDeterministic(_ method: String) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(Self.saved, to: "in.tar")
        var trees: [[String: [UInt8]]] = []
        for (number, jobs) in [["-j1"], ["-j2"], ["-j5"], []].enumerated() {
            let out = directory.path("\(number)")
            let layout = try Self.compressed(source, ["--compress", method] + jobs, to: out)
            #expect(Self.types(layout) == ["+\(method.prefix(4))"])
            trees.append(try Tree.read(out))
        }
        for tree in trees.dropFirst() { #expect(tree == trees[0]) }
    }

    @Test("every blob is read by the program of its compression", arguments: ["gzip", "zstd"])
    func programs(_ method: String) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(Self.saved, to: "in.tar")
        let layout = try Self.compressed(source, ["--compress", method], to: directory.path("out"))
        let blobs = try layout.images[0].layers.map { try layout.bytes($0.digest) }
        #expect(blobs.count == Self.layers.count)
        for (blob, content) in zip(blobs, Self.layers) {
            #expect(try Program.run(method, ["-t"], input: blob).status == 0)
            #expect(try Program.run(method, ["-dc"], input: blob).output == content)
        }
    }

    @Test(
        "repeated recompression gives the first result again", arguments: ["docker20/multi.tar", "ctr1/multiarch.tar"])
    func roundTrip(_ source: String) throws {
        let directory = try TemporaryDirectory()
        var from = source
        for (number, method) in ["none", "gzip", "zstd", "gzip:1", "none"].enumerated() {
            let out = directory.path("\(number)")
            let run = try ocimerge(from, "--compress", method, "--recompress", "--trust", "-q", "-o", out)
            #expect(run.status == 0, "\(run.stderr)")
            try soundLayout(out)
            from = out
        }
        #expect(try Tree.read(directory.path("0")) == Tree.read(directory.path("4")))
        let verified = try Program.ocimerge(["verify", "-q", directory.path("1"), directory.path("2")])
        #expect(verified.status == 0)
    }

    @Test("compressed layers are kept by default and recompressed with --recompress", arguments: LayerPacking.allCases)
    func recompress(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        var image = MadeImage("linux/amd64", [.file("a", SampleBytes.text(30_000))])
        image.layers.append([.file("b", [1])])
        let source = try directory.write(try image.archive(packing), to: "in.tar")
        let before = try Self.compressed(source, ["--trust"], to: directory.path("before"))
        for method in ["gzip", "zstd", "none"] {
            let kept = try Self.compressed(
                source, ["--trust", "--compress", method], to: directory.path("kept-\(method)"))
            let isKept = packing != .plain || method == "none"
            #expect((kept.images[0].layers.map(\.digest) == before.images[0].layers.map(\.digest)) == isKept)
            #expect(kept.images[0].configDigest == before.images[0].configDigest)
            let new = try Self.compressed(
                source, ["--trust", "--compress", method, "--recompress"], to: directory.path("new-\(method)"))
            #expect(Self.types(new) == [method == "none" ? "" : "+\(method)"])
            #expect(new.images[0].configDigest == before.images[0].configDigest)
        }
    }

    @Test("an archive on standard input is compressed in any order of its members")
    func standardInput() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Self.saved, to: "in.tar")
        let one = try Self.compressed("-", ["--compress", "gzip"], to: directory.path("1"), input: Self.saved)
        let two = try Self.compressed(file, ["--compress", "gzip"], to: directory.path("2"))
        #expect(try Tree.read(one.path) == Tree.read(two.path))
    }

    @Test("a layer of several platforms is compressed once")
    func shared() throws {
        let directory = try TemporaryDirectory()
        let sources = try ["amd64", "arm64"].map { architecture in
            let image = SavedImage(
                ["demo/app:1"], architecture: architecture, layers: [Self.layers[0], Array(architecture.utf8)])
            return try directory.write(image.archive, to: architecture + ".tar")
        }
        let run = try Program.ocimerge(sources + ["--compress", "gzip", "--json", "-o", directory.path("out")])
        expectDone(run)
        let expected = #""compression": "gzip",\#n    "layers": 3,\#n    "bytesBefore": 2500010,"#
        #expect(run.stdout.contains(expected))
        try soundLayout(directory.path("out"))
    }

    @Test("content that contradicts the config is refused, and nothing is left behind", arguments: ["gzip", "none"])
    func wrongDiffID(_ method: String) throws {
        let directory = try TemporaryDirectory()
        var image = MadeImage("linux/amd64", [.file("a", SampleBytes.text(3_000_000))])
        image.name = "docker.io/demo/app:1"
        let whole = try image.archive(.gzip)
        let layout = try Self.compressed("-", ["--trust"], to: directory.path("whole"), input: whole)
        let diffID = layout.images[0].config.rootfs.diffIDs[0]
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        // Only the diffID in the config is wrong; all digests above it are right.
        let config = String(decoding: try layout.bytes(layout.images[0].configDigest), as: UTF8.self)
        let made = config.replacingOccurrences(of: diffID, with: wrong)
        let source = try Self.layout(layout, config: made, at: directory.path("wrong"))
        let run = try Program.ocimerge(
            [source, "--trust", "--compress", method, "--recompress", "-o", directory.path("out")])
        let layer = layout.images[0].layers[0].digest
        let path = "\(source)/blobs/\(layer.replacingOccurrences(of: ":", with: "/"))"
        expectFailure(
            run,
            "layer \(layer) in \(path) holds other content than its config says: diffID \(wrong) expected, "
                + "\(diffID) found")
        #expect(try Tree.names(in: directory.path) == ["whole", "wrong"])
    }

    /// The same layout with another config of its only image.
    private static func layout(_ old: WrittenLayout, config: String, at path: String) throws -> String {
        func digest(_ bytes: [UInt8]) -> String { SavedImage.digest(bytes) }
        func write(_ bytes: [UInt8], _ name: String) throws {
            try FileManager.default.createDirectory(atPath: path + "/blobs/sha256", withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
        }
        func blob(_ bytes: [UInt8]) throws {
            try write(bytes, "blobs/" + digest(bytes).replacingOccurrences(of: ":", with: "/"))
        }
        let image = old.images[0]
        for layer in image.layers { try blob(try old.bytes(layer.digest)) }
        try blob(Array(config.utf8))
        let manifest = String(decoding: try old.bytes(image.descriptor.digest), as: UTF8.self)
            .replacingOccurrences(of: image.configDigest, with: digest(Array(config.utf8)))
        try blob(Array(manifest.utf8))
        let index = try Tree.read(old.path)["index.json"] ?? []
        let new = String(decoding: index, as: UTF8.self).replacingOccurrences(
            of: image.descriptor.digest, with: digest(Array(manifest.utf8)))
        try write(Array(new.utf8), "index.json")
        try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), "oci-layout")
        return path
    }

    @Test("damage in a compressed layer is refused, and nothing is left behind")
    func damage() throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [.file("a", SampleBytes.text(300_000))])
        let layout = try Self.compressed(
            "-", ["--trust"], to: directory.path("in"), input: try image.archive(.gzip))
        let layer = layout.images[0].layers[0].digest
        let file = "\(layout.path)/blobs/\(layer.replacingOccurrences(of: ":", with: "/"))"
        var bytes = try layout.bytes(layer)
        bytes[bytes.count / 2] ^= 0xff
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let run = try Program.ocimerge(
            [layout.path, "--trust", "--compress", "zstd", "--recompress", "-o", directory.path("out")])
        expectFailure(
            run, "blob \(layer) in \(file) is damaged: its content has digest \(SavedImage.digest(bytes))")
        #expect(try Tree.names(in: directory.path) == ["in"])
    }

    @Test("conflicts are found before layers are read")
    func conflictsFirst() throws {
        let directory = try TemporaryDirectory()
        // If a layer were read first, the error would be about its diffID.
        var image = SavedImage([], layers: [[1]])
        image.config = image.config.replacingOccurrences(of: "sha256:4", with: "sha256:5")
        let one = try directory.write(SavedImage([], layers: [[2]]).archive, to: "1.tar")
        let two = try directory.write(image.archive, to: "2.tar")
        let run = try Program.ocimerge([one, two, "--compress", "gzip", "-o", directory.path("out")])
        #expect(run.status == 1)
        #expect(run.stderr.contains("are different images for linux/amd64"))
    }
}
