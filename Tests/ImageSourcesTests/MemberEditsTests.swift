import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// The member edits of a correction, for each dialect: renamed documents, lists, and repeated metadata.
struct MemberEditsTests {
    static let image = SampleImage("linux/amd64", content: ["a", "b"])
    static let other = SampleImage("linux/arm64", content: ["c"])

    static func corrected(_ document: Document) -> Document {
        let text = String(decoding: document.bytes, as: UTF8.self).replacing("amd64", with: "s390x")
        return Document.sample(Array(text.utf8), mediaType: document.mediaType)
    }

    static let after = corrected(image.config)

    /// The edits if only the config changes.
    static func edits(
        _ files: [(String, [UInt8])], kept: Set<Digest> = [],
        documents: [(Document, Document)] = [(image.config, after)]
    ) throws -> [String] {
        let directory = try TemporaryDirectory()
        let path = try Opening.tar(files, in: directory)
        let source = try Source.open(SourceReference(parsing: path), .offline, OpeningPolicy(isForRevision: true))
        let platform = Platform(os: "linux", architecture: "s390x")
        let correction = MemberCorrection(
            documents: documents.map { ($0.0, $0.1) }, kept: kept,
            legacyChanges: [image.config.digest: .platform(platform)],
            legacy: { bytes, change in
                guard case .platform(let platform) = change else { return bytes }
                return Array(
                    String(decoding: bytes, as: UTF8.self).replacing("amd64", with: platform.architecture).utf8)
            })
        return try SelfDescription(source).edits(correction).map { edit in
            let kind = (edit.kind == .replacement ? "" : " (\(edit.kind))") + (edit.displaces ? " (displaces)" : "")
            return (edit.name == edit.newName ? edit.name : "\(edit.name) -> \(edit.newName)") + kind
        }
    }

    static func manifest(_ config: String, _ layers: [String] = ["0/layer.tar", "1/layer.tar"]) -> (String, [UInt8]) {
        let list = layers.map { "\"\($0)\"" }.joined(separator: ",")
        return ("manifest.json", Array(#"[{"Config":"\#(config)","RepoTags":["a:1"],"Layers":[\#(list)]}]"#.utf8))
    }

    static func docker(_ config: String, _ more: [(String, [UInt8])] = []) -> [(String, [UInt8])] {
        [
            (config, image.config.bytes), ("0/layer.tar", image.layers[0].bytes),
            ("1/layer.tar", image.layers[1].bytes), manifest(config),
        ] + more
    }

    static let names: [(config: String, renamed: String?, producer: String)] = [
        ("OLD.json", "NEW.json", "docker, podman, nix"), ("sha256:OLD", "sha256:NEW", "crane"),
        ("blobs/sha256/OLD", "blobs/sha256/NEW", "rules_oci"), ("config.json", nil, "jib: no digest in the name"),
    ]

    @Test("a config that is named by its digest is renamed", arguments: names.indices)
    func configs(_ number: Int) throws {
        let (config, renamed, producer) = Self.names[number]
        func name(_ text: String) -> String {
            text.replacing("OLD", with: Self.image.config.digest.hex).replacing("NEW", with: Self.after.digest.hex)
        }
        let expected = renamed.map { ["\(name(config)) -> \(name($0))", "manifest.json"] } ?? [name(config)]
        #expect(try Self.edits(Self.docker(name(config))) == expected, "\(producer)")
    }

    @Test("the v1 JSONs beside the layers are edited, unless another image shares them")
    func legacy() throws {
        let config = "\(Self.image.config.digest.hex).json"
        let one = ("1/json", Array(#"{"id":"1","architecture":"amd64","os":"linux"}"#.utf8))
        let none = ("0/json", Array(#"{"id":"0","os":"linux"}"#.utf8))
        let edited = "\(config) -> \(Self.after.digest.hex).json"
        #expect(try Self.edits(Self.docker(config, [one, none])) == ["1/json", edited, "manifest.json"].sorted())
        let shared =
            [(config, Self.image.config.bytes), ("\(Self.other.config.digest.hex).json", Self.other.config.bytes)]
            + [("0/layer.tar", Self.image.layers[0].bytes), ("1/layer.tar", Self.image.layers[1].bytes), one]
        let list =
            #"[{"Config":"\#(config)","Layers":["0/layer.tar","1/layer.tar"]},{"Config":"\#(Self.other.config.digest.hex).json","Layers":["1/layer.tar"]}]"#
        #expect(
            try Self.edits(shared + [("manifest.json", Array(list.utf8))]) == [edited, "manifest.json"])
    }

    @Test("a document that is still referenced stays, and the new one is added")
    func kept() throws {
        let files = SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "a:1")])
        let (old, new) = (
            "blobs/sha256/\(Self.image.config.digest.hex)", "blobs/sha256/\(Self.after.digest.hex)"
        )
        #expect(try Self.edits(files) == ["\(old) -> \(new)"])
        #expect(try Self.edits(files, kept: [Self.image.config.digest]) == ["\(old) -> \(new) (addition)"])
    }

    @Test("a document that exists under its new name is not added again")
    func present() throws {
        let files =
            SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "a:1")])
            + [("blobs/sha256/\(Self.after.digest.hex)", Self.after.bytes)]
        let (old, new) = (
            "blobs/sha256/\(Self.image.config.digest.hex)", "blobs/sha256/\(Self.after.digest.hex)"
        )
        #expect(try Self.edits(files) == ["\(old) -> \(new) (removal)"])
        #expect(try Self.edits(files, kept: [Self.image.config.digest]) == [])
    }

    @Test(
        "other content under the new name is replaced",
        arguments: ["garbage", String(decoding: after.bytes, as: UTF8.self) + " "])
    func occupied(_ garbage: String) throws {
        let (old, new) = (
            "blobs/sha256/\(Self.image.config.digest.hex)", "blobs/sha256/\(Self.after.digest.hex)"
        )
        let files =
            SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "a:1")]) + [(new, Array(garbage.utf8))]
        #expect(try Self.edits(files) == ["\(old) -> \(new) (displaces)"])
        #expect(
            try Self.edits(files, kept: [Self.image.config.digest]) == ["\(old) -> \(new) (addition) (displaces)"])
    }

    @Test("both descriptions of a hybrid and a matching v1 JSON among its blobs are edited")
    func hybrid() throws {
        let (old, new) = (
            "blobs/sha256/\(Self.image.config.digest.hex)", "blobs/sha256/\(Self.after.digest.hex)"
        )
        let layers = Self.image.layers.map { "blobs/sha256/\($0.descriptor.digest.hex)" }
        let files =
            SampleFiles.layout([Self.image], roots: [Self.image.entry(name: "a:1")]) + [Self.manifest(old, layers)]
        #expect(try Self.edits(files) == ["\(old) -> \(new)", "manifest.json"])
        let created = try ConfigView(bytes: Self.image.config.bytes).created
        let id = String(repeating: "a", count: 64)
        for (time, isSame) in [(created ?? "t", created != nil), ("1999-01-01T00:00:00Z", false)] {
            let json = Array(#"{"id":"\#(id)","created":"\#(time)","architecture":"amd64","os":"linux"}"#.utf8)
            let v1 = Document.sample(json, mediaType: MediaType("x"))
            let fixed = Self.corrected(v1)
            let found = try Self.edits(files + [("blobs/sha256/\(v1.digest.hex)", json)])
            let edit = "blobs/sha256/\(v1.digest.hex) -> blobs/sha256/\(fixed.digest.hex)"
            #expect(found.contains(edit) == isSame)
        }
    }

    @Test("every blob with a known digest is claimed under the name of its member")
    func claims() throws {
        let directory = try TemporaryDirectory()
        let config = "\(Self.image.config.digest.hex).json"
        let path = try Opening.tar(Self.docker(config), in: directory)
        let source = try Source.open(SourceReference(parsing: path), .offline, OpeningPolicy(isForRevision: true))
        let claims = try SelfDescription(source).claims()
        let expected = zip(["0/layer.tar", "1/layer.tar"], Self.image.layers).map { "\($0) \($1.descriptor.digest)" }
        #expect(claims.map { "\($0.name) \(Digest(.sha256, raw: $0.hash))" }.sorted() == expected)
    }
}
