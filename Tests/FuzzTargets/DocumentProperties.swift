import ByteIO
import ImageModel
import ImagePlanning

/// The properties of the documents of images and of the documents that this program writes.
///
/// Each check returns whether the input is accepted.
enum DocumentProperties {
    static func check(_ bytes: [UInt8]) throws -> Bool {
        var isAccepted = false
        for type in [MediaType.ociIndex, .ociManifest, .ociConfig] {
            guard let document = try? Document(bytes, mediaType: type) else { continue }
            try check(document, of: bytes)
            isAccepted = true
        }
        if let index = try? Document(index: DigestedBytes(bytes)) {
            try check(index, of: bytes)
            try checkEntries(index)
        }
        if let recognised = try? RecognisedContent(DigestedBytes(bytes)), let image = try? recognised.image() {
            try check(image, of: bytes)
        }
        _ = try? RecognisedContent.document(DigestedBytes(bytes), orLeniently: .ociConfig)
        guard let details = ConfigDetails(bytes) else { return isAccepted }
        _ = (details.entrypoint, details.command, details.environment, details.ports, details.volumes, details.labels)
        _ = (details.healthcheck, details.history)
        return isAccepted
    }

    private static func check(_ document: Document, of bytes: [UInt8]) throws {
        try expect(document.bytes == bytes, "a document keeps its bytes")
        try expect(document.isNamed(by: Digest(of: bytes)), "the digest is that of the bytes")
        for link in document.links(.everything) {
            let json = try JSONDocument(parsing: link.descriptor.json.bytes)
            // Embedded data is left out.
            let again = try Descriptor(json: json.root)
            try expect(again.json == link.descriptor.json, "the JSON of a descriptor gives it again")
            try expect(link.descriptor.size >= 0, "sizes are not negative")
        }
    }

    /// Entries that an edit does not name keep their bytes.
    private static func checkEntries(_ index: Document) throws {
        let entries = index.index?.manifests ?? []
        let added = RootEntry(
            descriptor: index.descriptor, json: index.descriptor.json.bytes,
            label: .plain("fuzz"), isNamedHere: true)
        guard let bytes = try? RootIndex.bytes([added], updating: index) else { return }
        let after = try Document(index: DigestedBytes(bytes)).index?.manifests ?? []
        let kept = entries.filter { ImageLabel(annotations: $0.descriptor.annotations) != .plain("fuzz") }
        try expect(after.dropLast().map(\.json) == kept.map(\.json), "other entries keep their bytes")
        try expect(after.last?.descriptor.digest == index.digest, "the new entry is the last")
        let all = try IndexWriter.edited(bytes, removing: Set(after.indices))
        try expect(try Document(index: all).index?.manifests.isEmpty == true, "all entries can be removed")
    }

    /// The first byte selects the changes; the rest is a config.
    static func checkConfigEdit(_ input: [UInt8]) throws -> Bool {
        guard let first = input.first else { return false }
        let bytes = Array(input.dropFirst())
        guard let config = try? Document(bytes, mediaType: .ociConfig), let view = config.config else { return false }
        var edit = ConfigEdit()
        let isRemoved = first & 1 != 0
        if first & 2 != 0 { edit.environment = [.init("PATH", isRemoved ? nil : "/bin")] }
        if first & 4 != 0 { edit.labels = [.init("a", isRemoved ? nil : "b")] }
        if first & 8 != 0 { edit.entrypoint = isRemoved ? [] : ["/bin/app"] }
        if first & 16 != 0 { edit.user = isRemoved ? "" : "1:2" }
        if first & 32 != 0 { edit.ports = ["80/tcp"] }
        if first & 64 != 0 { edit.workingDirectory = isRemoved ? "" : "/srv" }
        if first & 128 != 0 { edit.created = "2020-01-01T00:00:00Z" }
        let root = try JSONDocument(parsing: bytes).root
        guard let edited = try? JSONEdit.edited(bytes, edit.changes(to: root)) else { return false }
        let after = try Document(edited, mediaType: .ociConfig)
        try expect(after.config?.platform == view.platform, "the platform stays")
        try expect(after.config?.diffIDs == view.diffIDs, "the layers stay")
        let others = { (value: JSONValue) in
            value.members.filter { $0.key != "config" && $0.key != "created" }.map { Array($0.value.rawBytes) }
        }
        try expect(others(edited.root) == others(root), "other members keep their bytes")
        let again = try JSONEdit.edited(edited.bytes, edit.changes(to: edited.root))
        try expect(again.bytes == edited.bytes, "the same edit again changes nothing")
        return true
    }

    static func receipt(_ bytes: [UInt8]) throws -> Bool {
        guard let receipt = try? Receipt(reading: bytes) else { return false }
        try expect(try Receipt(reading: receipt.json.bytes) == receipt, "a receipt is read again")
        try expect(try Receipt(reading: receipt.json.prettyBytes()) == receipt, "an indented receipt is read again")
        return true
    }

    static func blobList(_ bytes: [UInt8]) throws -> Bool {
        _ = BlobList.isList(bytes)
        guard let list = try? BlobList(parsing: bytes) else { return false }
        let again = try BlobList(parsing: Array(list.text.utf8))
        try expect(again.text == list.text, "a list of blobs is read again")
        try expect(again.digests == list.digests, "it lists the same blobs")
        return true
    }
}
