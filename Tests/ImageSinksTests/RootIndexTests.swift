import ImageModel
import TestSupport
import Testing

/// The new `index.json` of a layout, computed from the old one and new roots.
struct RootIndexTests {
    static let one = SampleImage("linux/amd64", content: ["1"])
    static let two = SampleImage("linux/arm64", content: ["2"])

    static func named(_ image: SampleImage, _ name: String?, isNamedHere: Bool = true) -> RootEntry {
        let entry = image.entry()
        return RootEntry(
            descriptor: entry, json: entry.json.bytes, label: name.map { ImageLabel(reference: $0) },
            isNamedHere: isNamedHere)
    }

    /// An entry of another tool: white space, unknown members, its own annotations.
    static func existing(_ image: SampleImage, _ annotations: String) throws -> RootEntry {
        let entry = image.entry()
        let json =
            #"{ "size" : \#(entry.size), "x":1.50, "mediaType":"\#(entry.mediaType)","digest":"\#(entry.digest)", "annotations":{\#(annotations)} }"#
        let index = #"{"manifests":[\#(json)]}"#
        return try RootEntry(IndexView(bytes: Array(index.utf8)).manifests[0])
    }

    static func text(_ roots: [RootEntry], existing: [RootEntry] = []) throws -> String {
        let entries = existing.map { String(decoding: $0.json, as: UTF8.self) }.joined(separator: ",")
        let index = #"{"manifests":[\#(entries)], "x": [1.50], "annotations":{"k":"v"}}"#
        if existing.isEmpty { return String(decoding: try RootIndex.bytes(roots), as: UTF8.self) }
        let before = try Document(index: DigestedBytes(Array(index.utf8)))
        let bytes = try RootIndex.bytes(roots, updating: before)
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix(#"], "x": [1.50], "annotations":{"k":"v"}}"#))
        return String(decoding: bytes, as: UTF8.self)
    }

    static func entries(_ text: String) throws -> [IndexView.Entry] { try IndexView(bytes: Array(text.utf8)).manifests }

    static func reference(_ entry: IndexView.Entry) -> String? { entry.descriptor.annotations[ImageLabel.referenceKey] }

    @Test func anEmptyIndexIsValid() throws {
        #expect(try Self.text([]) == #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[]}"#)
    }

    @Test func newNamesAreWrittenForEveryLoader() throws {
        let entries = try Self.entries(
            try Self.text([Self.named(Self.one, "demo/app:1.0"), Self.named(Self.two, "plain")]))
        #expect(
            entries[0].descriptor.annotations == [
                ImageLabel.containerdKey: "docker.io/demo/app:1.0", ImageLabel.referenceKey: "1.0",
            ])
        #expect(entries[1].descriptor.annotations == [ImageLabel.referenceKey: "plain"])
    }

    @Test func aNewNameReplacesTheOldEntryAndOthersKeepTheirBytes() throws {
        let other = try Self.existing(Self.two, #""\#(ImageLabel.referenceKey)" : "other/image:1""#)
        let same = try Self.existing(Self.two, #""\#(ImageLabel.referenceKey)":"docker.io/demo/app:1.0""#)
        let text = try Self.text([Self.named(Self.one, "demo/app:1.0")], existing: [same, other])
        let entries = try Self.entries(text)
        #expect(entries.map(\.descriptor.digest) == [Self.two.manifest.digest, Self.one.manifest.digest])
        #expect(Array(entries[0].json) == other.json)
    }

    @Test func unnamedImagesReplaceOnlyThemselves() throws {
        let unnamed = try Self.existing(Self.one, "")
        let other = try Self.existing(Self.two, "")
        let text = try Self.text([Self.named(Self.one, nil)], existing: [unnamed, other])
        #expect(try Self.entries(text).map { Array($0.json) } == [other.json, Self.named(Self.one, nil).json])
        let named = try Self.text([Self.named(Self.one, "app:1")], existing: [unnamed])
        #expect(try Self.entries(named).count == 2)
    }

    @Test func aTagOfTwoImagesIsWrittenAsFullName() throws {
        let new = try Self.entries(try Self.text([Self.named(Self.one, "a:1"), Self.named(Self.two, "b:1")]))
        #expect(new.map(Self.reference) == ["docker.io/library/a:1", "docker.io/library/b:1"])
        for annotation in ["other/b:1", "1"] {
            let existing = try Self.existing(Self.two, #""\#(ImageLabel.referenceKey)":"\#(annotation)""#)
            let updated = try Self.entries(try Self.text([Self.named(Self.one, "a:1")], existing: [existing]))
            #expect(updated.map(Self.reference) == [annotation, "docker.io/library/a:1"])
            #expect(Array(updated[0].json) == existing.json)
        }
    }

    @Test func aRepeatedTagOfOneImageStaysATag() throws {
        let entries = try Self.entries(
            try Self.text([Self.named(Self.one, "a:1"), Self.named(Self.one, "b:1"), Self.named(Self.two, "b:2")]))
        #expect(entries.map(Self.reference) == ["1", "1", "2"])
    }

    @Test func anUnchangedEntryKeepsItsBytes() throws {
        let entry = try Self.existing(Self.one, #""\#(ImageLabel.referenceKey)":"1", "k":"v""#)
        #expect(try Self.entries(try Self.text([entry])).map { Array($0.json) } == [entry.json])
    }

    @Test func aNewNameReplacesOnlyTheNameAnnotations() throws {
        let entry = try Self.existing(
            Self.one, #""k":"v", "\#(ImageLabel.containerdKey)":"docker.io/old/a:1", "\#(ImageLabel.referenceKey)":"1""#
        )
        for (name, expected) in [("plain", ["k": "v", ImageLabel.referenceKey: "plain"]), (nil, ["k": "v"])]
            as [(String?, [String: String])]
        {
            let renamed = RootEntry(
                descriptor: entry.descriptor, json: entry.json, label: name.map { ImageLabel(reference: $0) },
                isNamedHere: true)
            let found = try Self.entries(try Self.text([renamed]))[0]
            #expect(found.descriptor.annotations == expected)
            #expect(String(decoding: found.json, as: UTF8.self).contains(#""x":1.50"#))
        }
    }

    @Test func theSameEntryIsWrittenOnce() {
        let entries = [
            Self.named(Self.one, "a:1"), Self.named(Self.one, "a:1"), Self.named(Self.one, "b:1"),
            Self.named(Self.two, "a:1"),
            Self.named(Self.one, nil), Self.named(Self.one, nil), Self.named(Self.two, nil),
        ]
        let left = RootEntry.distinct(entries).map {
            "\($0.descriptor.digest == Self.one.manifest.digest) \($0.label?.description ?? "-")"
        }
        #expect(
            left == [
                "true docker.io/library/a:1", "true docker.io/library/b:1", "false docker.io/library/a:1", "true -",
                "false -",
            ])
    }
}
