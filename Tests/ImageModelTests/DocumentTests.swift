import Testing

@testable import ImageModel

extension IndexView {
    fileprivate init(bytes: [UInt8], expecting: MediaType? = nil) throws(DocumentError) {
        try self.init(SchemaHeader.root(bytes), expecting: expecting)
    }
}

extension ManifestView {
    fileprivate init(bytes: [UInt8], expecting: MediaType? = nil) throws(DocumentError) {
        try self.init(SchemaHeader.root(bytes), expecting: expecting)
    }
}

extension ConfigView {
    fileprivate init(bytes: [UInt8]) throws(DocumentError) { try self.init(SchemaHeader.root(bytes)) }
}

struct DocumentTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let blob = #"{"mediaType":"application/x","digest":"\#(digest)","size":1}"#
    static let image = #"{"mediaType":"\#(MediaType.ociConfig)","digest":"\#(digest)","size":1}"#

    static let layer = #"{"mediaType":"\#(MediaType.dockerLayerGzip)","digest":"\#(digest)","size":1}"#

    static func manifest(_ more: String = "") -> String {
        #"{"config":\#(image),"layers":[\#(blob)]\#(more)}"#
    }

    static func index(_ more: String = "") -> String {
        #"{"manifests":[ \#(blob) ]\#(more)}"#
    }

    @Test func readsAManifest() throws {
        let view = try ManifestView(
            bytes: Array(
                Self.manifest(
                    #","schemaVersion":2,"subject":\#(Self.blob),"artifactType":"a/b","annotations":{"k":"v"}"#
                ).utf8))
        #expect(view.mediaType == .ociManifest)
        #expect(view.isImage)
        #expect(view.layers.map(\.mediaType.rawValue) == ["application/x"])
        #expect(view.subject?.size == 1)
        #expect(view.artifactType == "a/b")
        #expect(view.annotations == ["k": "v"])
    }

    @Test func anArtifactIsNotAnImage() throws {
        let view = try ManifestView(bytes: Array(#"{"config":\#(Self.blob),"layers":null}"#.utf8))
        #expect(!view.isImage)
        #expect(view.layers.isEmpty)
    }

    @Test func readsAnIndexAndKeepsTheBytesOfItsEntries() throws {
        let element = #"{ "size":1, "x":[1.50], "digest":"\#(Self.digest)"}"#
        let view = try IndexView(bytes: Array(#"{"manifests":[ \#(element) ],"annotations":{"k":"v"}}"#.utf8))
        #expect(view.mediaType == .ociIndex)
        #expect(view.manifests.map { String(decoding: $0.json, as: UTF8.self) } == [element])
        #expect(view.manifests.map(\.descriptor.size) == [1])
        #expect(view.annotations == ["k": "v"])
        #expect(try IndexView(bytes: Array(#"{"manifests":null}"#.utf8)).manifests.isEmpty)
    }

    static func declaring(_ type: MediaType) -> String { #","mediaType":"\#(type)""# }

    @Test(
        arguments: [
            (declaring(.dockerManifest), nil, .dockerManifest),
            (declaring(.dockerManifest), .dockerManifest, .dockerManifest),
            ("", .dockerManifest, .dockerManifest),
            (#","mediaType":"""#, nil, .ociManifest),
            ("", MediaType("application/octet-stream"), .ociManifest),
            (declaring(.dockerManifest), MediaType("application/octet-stream"), .dockerManifest),
        ] as [(String, MediaType?, MediaType)])
    func prefersTheDeclaredTypeToTheExpectedOne(_ more: String, _ expecting: MediaType?, _ type: MediaType) throws {
        #expect(try ManifestView(bytes: Array(Self.manifest(more).utf8), expecting: expecting).mediaType == type)
    }

    static func mismatch(_ declared: MediaType, _ expected: MediaType) -> DocumentError {
        .mediaTypeMismatch(declared: declared.rawValue, expected: expected.rawValue)
    }

    @Test(
        arguments: [
            ("no JSON", "{", nil, .notJSON(JSONError(offset: 1, reason: .unexpectedEnd))),
            ("no object", "[]", nil, .notAnObject),
            ("also an index", manifest(#","manifests":[]"#), nil, .ambiguous),
            ("also an index, even if null", manifest(#","manifests":null"#), nil, .ambiguous),
            ("also an index to Go", manifest(#","Manifests":[]"#), nil, .ambiguous),
            ("also schema 1", manifest(#","fsLayers":[]"#), nil, .ambiguous),
            ("other layers to Go", manifest(#","LAYERS":[]"#), nil, .ambiguous),
            ("schema 1", #"{"schemaVersion":1,"fsLayers":[]}"#, nil, .schema1),
            ("schema 1 by its number", manifest(#","schemaVersion":1"#), nil, .schema1),
            ("schema 1 by its type", manifest(declaring(.dockerSchema1Signed)), nil, .schema1),
            ("schema 1 by the descriptor", manifest(), .dockerSchema1, .schema1),
            ("a later schema", manifest(#","schemaVersion":3"#), nil, .wrongSchemaVersion(3)),
            ("a schema in words", manifest(#","schemaVersion":"2""#), nil, .wrongSchemaVersion(nil)),
            ("the type of an index", manifest(declaring(.ociIndex)), nil, mismatch(.ociIndex, .ociManifest)),
            (
                "the type that the descriptor does not say", manifest(declaring(.ociManifest)), .dockerManifest,
                mismatch(.ociManifest, .dockerManifest)
            ),
            ("a descriptor of an index", manifest(), .ociIndex, mismatch(.ociIndex, .ociManifest)),
            ("an unknown type", manifest(declaring("a/b")), nil, mismatch("a/b", .ociManifest)),
            ("a type that is no string", manifest(#","mediaType":1"#), nil, .member("mediaType", expected: "a string")),
            ("no config", #"{"layers":[]}"#, nil, .absentMember("config")),
            (
                "a config that is a layer", #"{"config":\#(layer),"layers":[]}"#, nil,
                .member("config.mediaType", expected: "the media type of a config, not of a layer")
            ),
            ("no layers", #"{"config":\#(image)}"#, nil, .absentMember("layers")),
            (
                "a layer that is no object", #"{"config":\#(image),"layers":[\#(blob),1]}"#, nil,
                .member("layers[1]", expected: "an object")
            ),
        ] as [(String, String, MediaType?, DocumentError)])
    func refusesManifests(_ why: String, _ text: String, _ expecting: MediaType?, _ error: DocumentError) {
        #expect(throws: error, "\(why)") { try ManifestView(bytes: Array(text.utf8), expecting: expecting) }
    }

    @Test(
        arguments: [
            ("also a manifest by its layers", index(#","layers":[]"#), nil, .ambiguous),
            ("also a manifest by its config", index(#","config":{}"#), nil, .ambiguous),
            ("schema 1", index(#","schemaVersion":1"#), nil, .schema1),
            ("no schema", index(#","schemaVersion":null"#), nil, .wrongSchemaVersion(nil)),
            ("the type of a manifest", index(declaring(.dockerManifest)), nil, mismatch(.dockerManifest, .ociIndex)),
            ("another type than expected", index(declaring(.dockerList)), .ociIndex, mismatch(.dockerList, .ociIndex)),
            ("no manifests", "{}", nil, .absentMember("manifests")),
            (
                "a malformed element", #"{"manifests":[\#(blob),{"digest":"\#(digest)"}]}"#, nil,
                .absentMember("manifests[1].size")
            ),
        ] as [(String, String, MediaType?, DocumentError)])
    func refusesIndexes(_ why: String, _ text: String, _ expecting: MediaType?, _ error: DocumentError) {
        #expect(throws: error, "\(why)") { try IndexView(bytes: Array(text.utf8), expecting: expecting) }
    }

    /// The elements are no descriptors: their number is checked before they are parsed.
    @Test func refusesTooMany() {
        let layers = #"{"config":\#(Self.image),"layers":[\#(String(repeating: "0,", count: 10_000))0]}"#
        #expect(throws: DocumentError.tooMany("layers")) { try ManifestView(bytes: Array(layers.utf8)) }
        let manifests = #"{"manifests":[\#(String(repeating: "0,", count: 100_000))0]}"#
        #expect(throws: DocumentError.tooMany("manifests")) { try IndexView(bytes: Array(manifests.utf8)) }
    }

    @Test func readsAConfig() throws {
        let view = try ConfigView(
            bytes: Array(
                #"""
                {"architecture":"arm","os":"linux","variant":"v7","created":"2024-01-01T00:00:00Z",
                 "config":{"Entrypoint":["/a","b"],"Cmd":null,"Env":["PATH=/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["\#(Self.digest)"]}}
                """#.utf8))
        #expect(view.platform == Platform(os: "linux", architecture: "arm", variant: "v7"))
        #expect(view.diffIDs.map(\.description) == [Self.digest])
        #expect(view.created == "2024-01-01T00:00:00Z")
        #expect(view.entrypoint == ["/a", "b"])
        #expect(view.command.isEmpty)
        #expect(view.environment == ["PATH=/bin"])
        let empty = try ConfigView(bytes: Array("{}".utf8))
        #expect(empty.platform == nil)
        #expect(empty.diffIDs.isEmpty)
    }

    @Test(
        arguments: [
            ("no object", "[]", .notAnObject),
            (
                "an architecture that is no string", #"{"architecture":1}"#,
                .member("architecture", expected: "a string")
            ),
            ("a diff ID that is no digest", #"{"rootfs":{"diff_ids":["x"]}}"#, .malformedDigest("x")),
            (
                "a diff ID that is no string", #"{"rootfs":{"diff_ids":[1]}}"#,
                .member("rootfs.diff_ids[0]", expected: "a digest")
            ),
            ("a command that is one string", #"{"config":{"Cmd":"x"}}"#, .member("config.Cmd", expected: "an array")),
        ] as [(String, String, DocumentError)])
    func refusesConfigs(_ why: String, _ text: String, _ error: DocumentError) {
        #expect(throws: error, "\(why)") { try ConfigView(bytes: Array(text.utf8)) }
    }

    @Test(
        arguments: [
            (index(), .index), (manifest(), .manifest),
            (#"{"mediaType":"\#(MediaType.dockerList)"}"#, .index),
            (#"{"mediaType":"\#(MediaType.ociManifest)"}"#, .manifest),
            (#"[{"Config":"x"}]"#, .dockerArchiveManifest),
            (#"{"schemaVersion":1}"#, .schema1),
            (#"{"architecture":"arm","config":{},"rootfs":{}}"#, .other),
            ("1", .other),
        ] as [(String, DocumentKind)])
    func detects(_ text: String, _ kind: DocumentKind) throws {
        #expect(try RecognisedContent(DigestedBytes(Array(text.utf8))).kind == kind)
    }

    @Test func detectionRefusesTwoKindsAtOnce() {
        #expect(throws: DocumentError.ambiguous) {
            try RecognisedContent(DigestedBytes(Array(Self.index(#","layers":[]"#).utf8)))
        }
        #expect(throws: DocumentError.notJSON(JSONError(offset: 0, reason: .unexpectedEnd))) {
            try RecognisedContent(DigestedBytes([]))
        }
    }
}
