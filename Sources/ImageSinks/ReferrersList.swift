internal import ImageModel

/// The list of the referrers of one manifest, an index that is kept under the tag of that manifest. A present list keeps
/// all its bytes; entries are only added.
enum ReferrersList {
    /// The list with the documents; `nil` if all are listed already. `existing` is `nil` if there is no list.
    static func adding(_ documents: [Document], to existing: Document?) throws(SinkError) -> Document? {
        let list = try joining(existing.map { [$0] } ?? [], documents)
        return list?.digest == existing?.digest ? nil : list
    }

    /// The first list, with the entries of the others and the documents that it lacks; `nil` if there is nothing to list.
    static func joining(_ lists: [Document], _ documents: [Document]) throws(SinkError) -> Document? {
        let existing = lists.first
        var listed = Set((existing?.index?.manifests ?? []).map(\.descriptor.digest))
        var entries: [[UInt8]] = []
        for entry in lists.dropFirst().flatMap({ $0.index?.manifests ?? [] })
        where listed.insert(entry.descriptor.digest).inserted { entries.append(Array(entry.json)) }
        for document in documents where listed.insert(document.digest).inserted {
            entries.append(try sinking { () throws(DocumentError) in try entry(document) }.bytes)
        }
        if entries.isEmpty { return existing }
        guard let existing else {
            return try sinking { () throws(DocumentError) in
                try Document(IndexWriter.bytes(of: entries), mediaType: .ociIndex)
            }
        }
        let edited = try sinking { () throws(JSONEditError) in
            try IndexWriter.edited(existing.bytes, appending: entries)
        }
        return try sinking { () throws(DocumentError) in try Document(edited, mediaType: existing.mediaType) }
    }

    /// The descriptor that the referrers API would return: a manifest without an `artifactType` has that of its config.
    private static func entry(_ document: Document) throws(DocumentError) -> JSONText {
        // Parsed again for the exact bytes of the annotations, which no view keeps.
        let parsed: JSONDocument
        do throws(JSONError) { parsed = try JSONDocument(parsing: document.bytes) } catch { throw .notJSON(error) }
        let root = parsed.root
        var members: [(String, JSONText)] = [
            ("mediaType", .string(document.mediaType.rawValue)),
            ("digest", .string(document.digest.description)),
            ("size", .integer(Int64(document.bytes.count))),
        ]
        let type = root["artifactType"]?.string ?? ""
        if let type = type.isEmpty ? root["config"]?["mediaType"]?.string : type {
            members.append(("artifactType", .string(type)))
        }
        if let annotations = root["annotations"], annotations.kind == .object {
            members.append(("annotations", .raw(Array(annotations.rawBytes))))
        }
        return .object(members)
    }
}
