import Foundation
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

@Suite("Receipts")
struct ReceiptTests {
    private static let amd64 = SampleImage("linux/amd64", content: ["a"])
    private static let arm64 = SampleImage("linux/arm64", content: ["b", "b"])

    private static func receipt(_ content: ImageRecords, errors: Int = 0) -> Receipt {
        let finding = Receipt.Finding(
            severity: .error, kind: "missing", source: "in", image: amd64.manifest.digest,
            path: ["index.json", "manifests[0]"], message: "it is missing")
        return Receipt(
            created: "2026-11-30T12:00:00Z", tool: .init(version: "1", commit: nil, isModified: nil), sources: ["in"],
            content: content, findings: Array(repeating: finding, count: errors))
    }

    private static func graph() -> ImageGraph {
        var graph = ImageGraph()
        graph.add(amd64)
        graph.add(arm64)
        let index = SampleImage.index([amd64.entry("linux/amd64"), arm64.entry("linux/arm64")])
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        graph.root(SampleImage.entry(index, name: "demo/app:latest"))
        graph.root(amd64.entry(name: "quay.io/a/b:2"))
        return graph
    }

    @Test("a receipt that was written is read unchanged", arguments: [0, 2])
    func roundTrip(_ errors: Int) throws {
        let receipt = Self.receipt(ImageRecords(Self.graph()), errors: errors)
        #expect(try Receipt(reading: receipt.json.prettyBytes()) == receipt)
        #expect(receipt.isSound == (errors == 0))
    }

    @Test("an image is recorded once with all its names, and each platform with the size of its content")
    func records() throws {
        let records = ImageRecords(Self.graph())
        #expect(
            records.images.map(\.names) == [["docker.io/demo/app:1", "docker.io/demo/app:latest"], ["quay.io/a/b:2"]])
        #expect(records.images.map { $0.platforms.map(\.name) } == [["linux/amd64", "linux/arm64"], ["linux/amd64"]])
        // The layer that the image has twice counts once.
        let arm64 = Self.arm64
        let size = arm64.manifest.bytes.count + arm64.config.bytes.count + 1
        #expect(records.images[0].platforms[1].size == Int64(size))
    }

    @Test("the records of two sources are those of one with all images, in any order")
    func union() {
        var (first, second) = (Self.graph(), Self.graph())
        first.roots = [first.roots[2], first.roots[1]]
        second.roots = [second.roots[0]]
        var records = ImageRecords()
        records.add([first, second])
        #expect(records == ImageRecords(Self.graph()))
    }

    private static let valid = String(
        decoding: receipt(ImageRecords(graph()), errors: 1).json.bytes, as: UTF8.self)

    static let refusals: [(old: String, new: String, error: ReceiptError)] = [
        (#""receiptVersion":1"#, #""receiptVersion":2"#, .version(2)),
        (#""receiptVersion":1,"#, "", .version(nil)),
        (#""receiptVersion":1"#, #""receiptVersion":"1""#, .version(nil)),
        (#""sources":["in"],"#, "", .absentMember(path: "sources")),
        (#""sources":["in"]"#, #""sources":["in"],"more":1"#, .unknownMember(path: "more")),
        (#""sources":["in"]"#, #""sources":[1]"#, .member(path: "sources[0]", expected: "a string that is not empty")),
        (#""sources":["in"]"#, #""sources":{}"#, .member(path: "sources", expected: "a list")),
        (
            "2026-11-30T12:00:00Z", "2026-11-30 12:00:00Z",
            .member(path: "created", expected: "a time as in 2026-11-30T12:00:00Z")
        ),
        (#""commit":null"#, #""commit":[]"#, .member(path: "tool.commit", expected: "a string that is not empty")),
        (#""sound":false"#, #""sound":true"#, .contradictsFindings),
        (
            #""severity":"error""#, #""severity":"bad""#,
            .member(path: "findings[0].severity", expected: "error, warning or note")
        ),
        (
            #""platform":"linux/amd64""#, #""platform":1"#,
            .member(path: "images[0].platforms[0].platform", expected: "a string that is not empty")
        ),
        (
            #""names":["quay.io/a/b:2"]"#, #""names":["a","a"]"#,
            .member(path: "images[1].names", expected: "a list without repetition")
        ),
        (#""digest":"sha256:"#, #""digest":"sha256:A"#, .member(path: "images[0].digest", expected: "a digest")),
    ]

    @Test("a receipt with a malformed member is refused with the path of the member", arguments: refusals)
    func refused(_ old: String, _ new: String, _ error: ReceiptError) throws {
        let place = try #require(Self.valid.firstRange(of: old))
        let text = Self.valid.replacingCharacters(in: place, with: new)
        #expect(throws: error) { try Receipt(reading: Array(text.utf8)) }
    }

    @Test("a size below zero, a repeated digest, and bytes that are no object are refused")
    func others() throws {
        let size = try #require(Self.valid.firstRange(of: #""size":"#))
        let negative = Self.valid.replacingCharacters(in: size, with: #""size":-"#)
        #expect(throws: ReceiptError.member(path: "images[0].size", expected: "a number of bytes")) {
            try Receipt(reading: Array(negative.utf8))
        }
        var twice = ImageRecords(Self.graph()).images
        twice.append(twice[0])
        let content = ImageRecords(images: twice, artifacts: [])
        #expect(throws: ReceiptError.repeatedDigest(twice[0].digest)) {
            try Receipt(reading: Self.receipt(content).json.bytes)
        }
        #expect(throws: ReceiptError.empty) {
            try Receipt(reading: Self.receipt(ImageRecords(images: [], artifacts: [])).json.bytes)
        }
        #expect(throws: ReceiptError.member(path: "", expected: "an object")) { try Receipt(reading: Array("[]".utf8)) }
        #expect(throws: ReceiptError.notJSON(JSONError(offset: 0, reason: .unexpectedEnd))) { try Receipt(reading: []) }
        let deep = Array(String(repeating: "[", count: 200).utf8)
        #expect(throws: ReceiptError.notJSON(JSONError(offset: 100, reason: .tooDeep))) { try Receipt(reading: deep) }
        let large = [UInt8](repeating: UInt8(ascii: " "), count: Receipt.limit + 1)
        #expect(throws: ReceiptError.notJSON(JSONError(offset: Receipt.limit, reason: .tooLarge))) {
            try Receipt(reading: large)
        }
    }
}

@Suite("The comparison with a receipt")
struct RecordComparisonTests {
    private static let amd64 = SampleImage("linux/amd64", content: ["a"])
    private static let arm64 = SampleImage("linux/arm64", content: ["b"])
    private static let other = SampleImage("linux/arm64", content: ["c"])

    /// An index of these images under these names.
    private static func index(_ images: [SampleImage], _ names: [String], extra: String = "") -> ImageGraph {
        var graph = ImageGraph()
        for image in images { graph.add(image) }
        var entries = images.map { $0.entry() }
        if !extra.isEmpty { entries[0].annotations = ["x": extra] }
        let index = SampleImage.index(entries)
        graph.insert(index)
        if names.isEmpty { graph.root(SampleImage.entry(index)) }
        for name in names { graph.root(SampleImage.entry(index, name: name)) }
        return graph
    }

    private static func lines(_ expected: ImageGraph, _ found: ImageGraph..., isRegistry: Bool = false) -> [String] {
        var images = FoundImages()
        for graph in found { images.add(graph, isRegistry: isRegistry) }
        return images.differences(from: ImageRecords(expected)).map { difference in
            let what =
                switch difference.problem {
                case .missing(let present): "missing" + (present.map { " but \($0)" } ?? "")
                case .otherDigest(_, let keepsPlatforms): "digest" + (keepsPlatforms ? " alone" : "")
                case .missingPlatform: "platform missing"
                case .otherPlatform: "platform digest"
                case .unexpected: "unexpected"
                default: "\(difference.problem)"
                }
            return "\(difference.name ?? "-") \(difference.platform ?? "-") \(what)"
        }
    }

    private static let both = index([amd64, arm64], ["app:1", "app:2"])
    private static let (one, two) = ("docker.io/library/app:1", "docker.io/library/app:2")

    @Test("the same images in one or several sources have no difference")
    func same() {
        #expect(Self.lines(Self.both, Self.both) == [])
        let parts = (Self.index([Self.amd64, Self.arm64], ["app:2"]), Self.index([Self.amd64, Self.arm64], ["app:1"]))
        #expect(Self.lines(Self.both, parts.0, parts.1) == [])
        let unnamed = Self.index([Self.amd64], [])
        #expect(Self.lines(unnamed, Self.index([Self.amd64], ["x:1"])) == [])
    }

    @Test("a missing name is an error that says where the digest is present")
    func missing() {
        #expect(Self.lines(Self.both, ImageGraph()) == ["\(Self.one) - missing", "\(Self.two) - missing"])
        let renamed = Self.index([Self.amd64, Self.arm64], ["app:1", "new:1"])
        #expect(
            Self.lines(Self.both, renamed)
                == [#"\#(Self.two) - missing but ["docker.io/library/app:1", "docker.io/library/new:1"]"#])
        #expect(Self.lines(Self.index([Self.amd64], []), ImageGraph()) == ["- - missing"])
    }

    @Test("another digest of a platform is an error of the image and of the platform, the platforms once")
    func otherPlatform() {
        let found = Self.index([Self.amd64, Self.other], ["app:1", "app:2"])
        #expect(
            Self.lines(Self.both, found)
                == ["\(Self.one) - digest", "\(Self.one) linux/arm64 platform digest", "\(Self.two) - digest"])
    }

    @Test("an index with another digest and the same manifests is an error that says so")
    func rebuilt() {
        let found = Self.index([Self.amd64, Self.arm64], ["app:1", "app:2"], extra: "y")
        #expect(Self.lines(Self.both, found) == ["\(Self.one) - digest alone", "\(Self.two) - digest alone"])
    }

    @Test("an absent platform of the same index is an error")
    func absentPlatform() {
        var found = Self.both
        found.remove(Self.arm64.manifest.digest)
        #expect(Self.lines(Self.both, found) == ["\(Self.one) linux/arm64 platform missing"])
        let fewer = Self.index([Self.amd64], ["app:1", "app:2"])
        #expect(
            Self.lines(Self.both, fewer)
                == ["\(Self.one) - digest", "\(Self.one) linux/arm64 platform missing", "\(Self.two) - digest"])
    }

    @Test("an image without an index that differs is one error")
    func single() {
        let (old, new) = (ImageGraph.of(Self.arm64, name: "app:1"), ImageGraph.of(Self.other, name: "app:1"))
        #expect(Self.lines(old, new) == ["\(Self.one) - digest"])
    }

    @Test("more names and images are notes behind the errors")
    func unexpected() {
        let found = Self.index([Self.amd64, Self.arm64], ["app:1", "app:2", "app:3"])
        let more = ImageGraph.of(Self.other)
        #expect(
            Self.lines(Self.both, found, more)
                == ["docker.io/library/app:3 - unexpected", "- - unexpected"])
    }

    @Test("an image in a registry is found below a prefix by the rule of push --all")
    func prefix() {
        let found = Self.index([Self.amd64, Self.arm64], ["r.io/mirror/app:1", "r.io/mirror/app:2"])
        #expect(Self.lines(Self.both, found, isRegistry: true) == [])
        #expect(Self.lines(Self.both, found).count == 2)
        // A part of a component is no prefix.
        let wrong = Self.index([Self.amd64, Self.arm64], ["r.io/mirrorapp:1", "r.io/mirror/app:2"])
        #expect(Self.lines(Self.both, wrong, isRegistry: true).count == 1)
        let damaged = Self.index([Self.amd64], ["r.io/mirror/app:1", "r.io/mirror/app:2"])
        #expect(Self.lines(Self.both, damaged, isRegistry: true).first == "\(Self.one) - digest")
    }

    /// A graph with an image and a signature that refers to it.
    private static func signed() throws -> (graph: ImageGraph, signature: Document) {
        var graph = ImageGraph.of(amd64, name: "app:1")
        let subject = String(decoding: amd64.descriptor.json.bytes, as: UTF8.self)
        let config = String(decoding: amd64.config.descriptor.json.bytes, as: UTF8.self)
        let text = #"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"x/sig",
            "config":\#(config),"layers":[{"mediaType":"text/plain","digest":"\#(amd64.layers[0].descriptor.digest)",
            "size":1}],"subject":\#(subject)}
            """#
        let signature = try Document(Array(text.utf8), mediaType: .ociManifest)
        graph.insert(signature)
        return (graph, signature)
    }

    @Test("a referrer of an image in a registry is found although it has no name there")
    func referrer() throws {
        let (registry, signature) = try Self.signed()
        var layout = registry
        layout.root(SampleImage.entry(signature))
        #expect(ImageRecords(layout).artifacts.map(\.artifact?.type) == ["x/sig"])
        #expect(Self.lines(layout, registry, isRegistry: true) == [])
        let unsigned = ImageGraph.of(Self.amd64, name: "app:1")
        #expect(Self.lines(layout, unsigned, isRegistry: true) == ["- - missing"])
    }
}
