import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// Sources of every dialect, and the graph that they are read into.
struct SourceReadingTests {
    static let image = SampleImage("linux/amd64", content: ["base", "app"])
    static let other = SampleImage("linux/arm64", content: ["base", "other"])
    static let index = SampleImage.index([image.entry("linux/amd64"), other.entry("linux/arm64")])

    @Test func aLayoutInATarEqualsTheDirectory() throws {
        let directory = try TemporaryDirectory()
        let files = SampleFiles.layout(
            [Self.image, Self.other], [Self.index], roots: [SampleImage.entry(Self.index, name: "app:1")])
        for (name, bytes) in files { try directory.write(bytes, to: "layout/\(name)") }
        let tar = try Opening.tar(files.map { ("./" + $0.0, $0.1) }, in: directory)
        let packed = try directory.write(try Program.run("gzip", ["-c", tar]).output, to: "x.tgz")
        let spool = try SpoolDirectory(directory.path("spool"))
        for text in [directory.path("layout"), tar, packed, "oci-archive:\(tar)", "oci:\(directory.path("layout"))"] {
            let source = try Opening.open(text, spool: spool)
            #expect(source.dialect == "OCI image layout")
            #expect(Opening.labels(source) == ["docker.io/library/app:1"])
            #expect(Opening.digests(source) == [Self.index.digest])
            #expect(source.graph.documents.count == 5)
            #expect(source.notes == [])
            for layer in Self.image.layers {
                #expect(try source.graph.blobs[layer.descriptor.digest]?.bytes(limit: 100) == layer.bytes)
            }
        }
    }

    /// A FIFO can be read only once. The result equals that of the file, compressed or not.
    @Test(arguments: ["cat", "gzip -c", "zstd -c"])
    func aFIFOIsReadInOnePass(_ writer: String) throws {
        let directory = try TemporaryDirectory()
        let files = SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "app:1")])
        let tar = try Opening.tar(files, in: directory)
        let fifo = directory.path("fifo")
        try Program.run("mkfifo", [fifo])
        let spool = try SpoolDirectory(directory.path("spool"))
        try Threads.run(2) { number in
            guard number == 0 else {
                try Program.run("timeout", ["60", "sh", "-c", "\(writer) <'\(tar)' >'\(fifo)'"])
                return
            }
            let source = try Opening.open(fifo + ":app:1", spool: spool)
            #expect(Opening.digests(source) == [Self.image.manifest.digest])
            for layer in Self.image.layers {
                let bytes = try source.graph.blobs[layer.descriptor.digest]?.bytes(limit: 100)
                #expect(bytes == layer.bytes)
            }
        }
    }

    @Test func absentContentIsNoted() throws {
        let absent = Self.other.layers[1].descriptor.digest
        var files = SampleFiles.layout([Self.image, Self.other], [Self.index], roots: [Self.index.descriptor])
        files.removeAll {
            $0.0.hasSuffix(absent.hex) || $0.0 == "oci-layout" || $0.0.hasSuffix(Self.image.config.digest.hex)
        }
        let source = try Opening.open(files)
        #expect(
            source.notes == [
                .layoutFileMissing, .absent(Self.image.config.digest, .ociConfig, nil), .absent(absent, .ociLayer, nil),
            ])
    }

    @Test func foreignLayersMayBeAbsent() throws {
        let foreign = SampleImage("windows/amd64", layerType: .dockerForeignLayer)
        let files = SampleFiles.layout([foreign], roots: [foreign.entry()]).filter {
            !$0.0.hasSuffix(foreign.layers[0].descriptor.digest.hex)
        }
        #expect(try Opening.open(files).notes == [])
    }

    @Test(arguments: [MediaType(""), .ociManifest])
    func theContentDeterminesAMissingMediaType(_ type: MediaType) throws {
        var entry = Self.image.entry()
        entry.mediaType = type
        let source = try Opening.open(SampleFiles.layout([Self.image], roots: [entry]))
        #expect(source.graph.documents[Self.image.manifest.digest]?.mediaType == .ociManifest)
    }

    @Test func aDockerArchiveGetsManifests() throws {
        let files = SampleFiles.docker([(Self.image, ["app:1", "app:2"]), (Self.other, [])])
        let source = try Opening.open(files)
        #expect(source.dialect == "docker-save archive")
        #expect(Opening.labels(source) == ["docker.io/library/app:1", "docker.io/library/app:2", ""])
        let manifest = try #require(source.graph.manifest(Opening.digests(source)[0]))
        #expect(manifest.config.digest == Self.image.config.digest)
        #expect(manifest.layers == Self.image.layers.map(\.descriptor))
        for layer in manifest.layers { #expect(source.graph.blobs[layer.digest] != nil) }
    }

    /// The digest of a compressed layer is that in its name. It is computed if the name is the diffID or no digest.
    @Test(arguments: ["by hex", "by diffID", "by nothing"])
    func compressedLayersHaveTheDigestOfTheirBytes(_ naming: String) throws {
        let plain = Self.image.layers[0].bytes
        let packed = try Program.run("gzip", ["-nc"], input: plain).output
        let single = SampleImage("linux/amd64", content: ["base"])
        let name =
            switch naming {
            case "by hex": Digest(of: packed).hex + ".tar.gz"
            case "by diffID": Digest(of: plain).hex + ".tar"
            default: "abc/layer.tar"
            }
        let config = "sha256:\(single.config.digest.hex)"
        let manifest = #"[{"Config":"\#(config)","RepoTags":null,"Layers":["./\#(name)"]}]"#
        let source = try Opening.open([
            (config, single.config.bytes), (name, packed), ("manifest.json", Array(manifest.utf8)),
        ])
        let view = try #require(source.graph.manifest(Opening.digests(source)[0]))
        #expect(
            view.layers == [Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: packed), size: Int64(packed.count))]
        )
    }

    @Test func skopeosDirectoryHasNoNames() throws {
        var files: [(String, [UInt8])] = [
            ("version", Array("Directory Transport Version: 1.1\n".utf8)), ("manifest.json", Self.index.bytes),
        ]
        for image in [Self.image, Self.other] {
            files += [
                ("\(image.manifest.digest.hex).manifest.json", image.manifest.bytes),
                (image.config.digest.hex, image.config.bytes),
            ]
        }
        for layer in Self.image.layers + [Self.other.layers[1]] {
            files.append((layer.descriptor.digest.hex, layer.bytes))
        }
        for prefix in ["", "dir:"] {
            let source = try Opening.open(files, prefix: prefix)
            #expect(source.dialect == "skopeo directory")
            #expect(Opening.digests(source) == [Self.index.digest])
            #expect(source.graph.documents.count == 5)
            #expect(source.graph.blobs.count == 3)
            #expect(source.notes == [])
        }
    }

    @Test func layersWithAWrongMediaTypeAreRecognised() throws {
        let packed = try Program.run("gzip", ["-nc"], input: Array("base".utf8)).output
        let tar = TarBuilder.archive([("f", [])])
        let cases: [([UInt8], MediaType, LayerCompression?)] = [
            (packed, .ociLayerGzip, nil), (packed, .ociLayer, .gzip), (tar, .dockerLayerGzip, LayerCompression.none),
            (tar, .ociLayer, nil),
            ([0x28, 0xb5, 0x2f, 0xfd], .ociLayerGzip, .zstd), (Array("neither".utf8), .ociLayerGzip, nil),
            (packed, MediaType("application/x"), nil),
        ]
        for (bytes, type, expected) in cases {
            let layer = Descriptor(mediaType: type, digest: Digest(of: bytes), size: Int64(bytes.count))
            let text: JSONText = .object([
                ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest.rawValue)),
                ("config", Self.image.config.descriptor.json),
                ("layers", .array([layer.json])),
            ])
            let manifest = Document.sample(text.bytes, mediaType: .ociManifest)
            let blob = ("blobs/sha256/\(layer.digest.hex)", bytes)
            let source = try Opening.open(
                SampleFiles.layout([Self.image], [manifest], roots: [manifest.descriptor]) + [blob])
            #expect(source.graph.mislabelled[layer.digest] == expected, "\(type) \(bytes.prefix(3))")
            #expect(
                source.notes == (expected.map { [.layerRelabelled(layer.digest, declared: type, actual: $0)] } ?? []))
        }
    }

    // MARK: - Selection

    static let several = SampleFiles.layout(
        [image, other], [index],
        roots: [
            image.entry(name: "demo/app:1.0"), other.entry(name: "localhost/app:1.0"),
            SampleImage.entry(index, name: "2.0"),
            other.entry(name: "demo/app:2.0"),
        ])

    @Test(
        arguments: [
            (":demo/app:1.0", "docker.io/demo/app:1.0"), (":docker.io/demo/app:1.0", "docker.io/demo/app:1.0"),
            (":app:1.0", "localhost/app:1.0"),
            (":2.0", "2.0"), (":demo/app:2.0", "docker.io/demo/app:2.0"), ("@\(image.config.digest)", ""),
            ("@\(image.manifest.digest)", "docker.io/demo/app:1.0"), ("@\(index.digest)", "2.0"),
            ("@\(other.manifest.digest)", "localhost/app:1.0,docker.io/demo/app:2.0"),
        ])
    func selectsByNameOrDigest(_ suffix: String, _ label: String) throws {
        let source = try Opening.open(Self.several, suffix: suffix)
        #expect(Opening.labels(source).joined(separator: ",") == label)
    }

    @Test(
        arguments: [
            (
                ":none",
                #"no none among ["2.0", "docker.io/demo/app:1.0", "docker.io/demo/app:2.0", "localhost/app:1.0"]"#
            ),
            (":1.0", #"1.0 is any of ["docker.io/demo/app:1.0", "localhost/app:1.0"]"#),
            (
                "@\(image.layers[0].descriptor.digest)",
                #"no \#(image.layers[0].descriptor.digest) among ["2.0", "docker.io/demo/app:1.0", "docker.io/demo/app:2.0", "localhost/app:1.0"]"#
            ),
        ])
    func refusesSelectionsThatMatchNoOrSeveralImages(_ suffix: String, _ expected: String) {
        #expect(Opening.failure { _ = try Opening.open(Self.several, suffix: suffix) } == expected)
    }
}
