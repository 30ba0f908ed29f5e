import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// Invalid sources of every kind, and their errors.
struct SourceErrorTests {
    typealias Files = [(String, [UInt8])]
    static let image = SampleImage("linux/amd64", content: ["base", "app"])
    static let layout = SampleFiles.layout([image], roots: [image.entry(name: "app:1")])
    static let docker = SampleFiles.docker([(image, ["app:1"])])
    static let config = "\(image.config.digest.hex).json"
    static let manifest = "blobs/sha256/\(image.manifest.digest.hex)"

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// `files` with other content for one of them; `nil` removes it.
    static func with(_ name: String, _ content: [UInt8]?, in files: Files) -> Files {
        files.filter { $0.0 != name } + (content.map { [(name, $0)] } ?? [])
    }

    static func dockerEntry(_ members: String) -> [UInt8] { text("[{\(members)}]") }

    static func document(_ bytes: String, _ type: MediaType = .ociManifest) -> Files {
        let document = SampleContent(text(bytes), mediaType: type)
        return SampleFiles.layout([], [document], roots: [document.descriptor])
    }

    static let layerAsConfig = document(
        #"{"config":{"mediaType":"\#(MediaType.ociLayerGzip)","digest":"\#(Digest(of: []))","size":0},"layers":[]}"#)

    static func nested(_ depth: Int) -> Files {
        var documents = [image.manifest, image.config]
        for _ in 0..<depth {
            documents.append(
                SampleImage.index([(documents.count == 2 ? documents[0] : documents[documents.count - 1]).descriptor]))
        }
        return SampleFiles.layout([image], documents, roots: [documents[documents.count - 1].descriptor])
    }

    static func wrongSize() -> Files {
        var entry = image.entry()
        entry.size += 1
        return SampleFiles.layout([image], roots: [entry])
    }

    static func withConfig(_ config: String) -> Files {
        let config = SampleContent(text(config), mediaType: .ociConfig)
        let manifest = Document.sample(
            text(#"{"config":\#(String(decoding: config.descriptor.json.bytes, as: UTF8.self)),"layers":[]}"#),
            mediaType: .ociManifest)
        return SampleFiles.layout([], [config, manifest], roots: [manifest.descriptor])
    }

    static let unknown: [(String, Files, String)] = [
        ("no image of any kind", [("readme", text("x"))], "unknown format"),
        ("blobs alone are no image", [("blobs/sha256/x", text("x"))], "unknown format"),
        ("a container's files", [("etc/passwd", []), ("usr/bin/x", []), ("bin/sh", [])], "root file system"),
        ("docker before 1.10", [("repositories", text("{}")), ("abc/layer.tar", [])], "before manifests"),
    ]

    static let layouts: [(String, Files, String)] = [
        (
            "a layout of another version", with("oci-layout", text(#"{"imageLayoutVersion":"2.0.0"}"#), in: layout),
            "layout version 2.0.0"
        ),
        ("a layout without a version", with("oci-layout", text("{}"), in: layout), "layout version "),
        ("a marker that is no JSON", with("oci-layout", text("x"), in: layout), "document oci-layout notJSON"),
        ("an index that is no JSON", with("index.json", text("x"), in: layout), "document index.json notJSON"),
        (
            "an index that is a manifest too", with("index.json", text(#"{"manifests":[],"layers":[]}"#), in: layout),
            "document index.json ambiguous"
        ),
        ("an empty index", with("index.json", text(#"{"manifests":[]}"#), in: layout), "no image"),
        (
            "a manifest of another size", wrongSize(),
            "size \(image.manifest.bytes.count) not \(image.manifest.bytes.count + 1)"
        ),
        (
            "a manifest of other bytes",
            with(manifest, [UInt8](repeating: 32, count: image.manifest.bytes.count), in: layout),
            "digest of \(manifest)"
        ),
        (
            "a manifest that is an index too", document(#"{"config":{},"layers":[],"manifests":[]}"#),
            "document blobs/sha256/"
        ),
        ("schema 1 by its descriptor", document(#"{"schemaVersion":1}"#, .dockerSchema1), "schema 1"),
        ("schema 1 by its content", document(#"{"schemaVersion":1,"fsLayers":[]}"#), "schema 1"),
        ("schema 1 without any type", document(#"{"schemaVersion":1,"fsLayers":[]}"#, MediaType("")), "schema 1"),
        ("a manifest whose config is a layer", layerAsConfig, "document blobs/sha256/"),
        ("an index that is a manifest", document(#"{"config":{},"layers":[]}"#, .ociIndex), "document blobs/sha256/"),
        ("indexes in indexes without end", nested(9), "too deep"),
        (
            "a document that is too large", document("{\(String(repeating: " ", count: 4 << 20))}"),
            "too large blobs/sha256/"
        ),
        ("a config that is no config", withConfig("[]"), "document blobs/sha256/"),
    ]

    static let dockers: [(String, Files, String)] = [
        ("no JSON", with("manifest.json", text("[x"), in: docker), "document manifest.json notJSON"),
        (
            "no Config", with("manifest.json", dockerEntry(#""Layers":[]"#), in: docker),
            "document manifest.json absentMember"
        ),
        (
            "layers that are no texts",
            with("manifest.json", dockerEntry(#""Config":"\#(config)","Layers":[1]"#), in: docker),
            "document manifest.json member"
        ),
        (
            "tags that are no texts",
            with("manifest.json", dockerEntry(#""Config":"\#(config)","RepoTags":"x""#), in: docker),
            "document manifest.json member"
        ),
        ("no images", with("manifest.json", text("[]"), in: docker), "no image"),
        ("an absent config", with(config, nil, in: docker), "missing \(config)"),
        ("a config with other bytes", with(config, text("{}"), in: docker), "digest of \(config)"),
        ("an absent layer", with("0-1/layer.tar", nil, in: docker), "missing 0-1/layer.tar"),
        (
            "a layer in a compression that images do not have",
            with("0-1/layer.tar", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], in: docker), "0-1/layer.tar is xz"
        ),
        (
            "fewer layers than diffIDs",
            with(
                "manifest.json", dockerEntry(#""Config":"\#(config)","RepoTags":["a:1"],"Layers":["0-0/layer.tar"]"#),
                in: docker),
            "docker.io/library/a:1: 1 layers, 2 diffIDs"
        ),
        (
            "a config that is no config",
            [("c.json", text("[]")), ("manifest.json", dockerEntry(#""Config":"c.json""#))],
            "document c.json notAnObject"
        ),
    ]

    static let skopeos: [(String, Files, String)] = [
        (
            "schema 1", [("version", []), ("manifest.json", text(#"{"schemaVersion":1}"#))],
            "document manifest.json schema1"
        ),
        ("no manifest", [("version", []), ("manifest.json", text("{}"))], "document manifest.json absentMember"),
        ("no JSON", [("version", []), ("manifest.json", text("x"))], "document manifest.json notJSON"),
    ]

    @Test(arguments: unknown + layouts + dockers + skopeos)
    func refusesInvalidSources(_ why: String, _ files: Files, _ expected: String) throws {
        let found = try #require(Opening.failure { _ = try Opening.open(files) })
        #expect(found == expected || expected.hasSuffix("/") && found.hasPrefix(expected))
    }

    @Test(
        arguments: [
            ("oci", docker, "wanted oci, found docker-save archive"),
            ("docker-archive", layout, "wanted docker-archive, found OCI image layout"),
            ("dir", layout, "wanted dir, found OCI image layout"),
            ("oci-archive", docker, "wanted oci-archive, found docker-save archive"),
        ] as [(String, Files, String)])
    func anotherDialectThanTheStatedOne(_ prefix: String, _ files: Files, _ expected: String) {
        #expect(Opening.failure { _ = try Opening.open(files, prefix: prefix + ":") } == expected)
    }

    @Test func filesThatAreNotArchives() throws {
        let directory = try TemporaryDirectory()
        for (name, bytes, expected) in [
            ("text", Self.text("hello"), "tar"), ("empty", [], "tar"), ("damaged.gz", [0x1f, 0x8b, 8, 0xff], "tar"),
        ] as [(String, [UInt8], String)] {
            let path = try directory.write(bytes, to: name)
            #expect(Opening.failure { _ = try Opening.open(path) } == expected, "\(name)")
        }
        var tar = TarBuilder()
        tar.symbolicLink("index.json", to: "/etc/passwd")
        #expect(
            Opening.failure { _ = try Opening.open(try directory.write(tar.bytes, to: "link.tar")) }
                == "member linkLeaves")
        let twice = TarBuilder.archive(Self.layout + [("index.json", Self.text("{}"))])
        #expect(
            Opening.failure { _ = try Opening.open(try directory.write(twice, to: "twice.tar")) } == "member ambiguous")
        let linked = directory.path("linked")
        try FileSystem.makeDirectory(linked)
        try Program.run("ln", ["-s", "/etc/passwd", linked + "/index.json"])
        #expect(Opening.failure { _ = try Opening.open(linked) } == "io notRegularFile")
        #expect(
            Opening.failure {
                _ = try Source.open(try SourceReference(parsing: directory.path), .offline, OpeningPolicy())
            }
                == "unknown format")
    }
}
