internal import ImageModel
internal import Registry
internal import Synchronization

/// The list of an image's referrers, kept under a tag if the registry does not keep it itself (distribution-spec 1.1,
/// "Referrers Tag Schema"). A present list keeps all its bytes; entries are only added.
final class ReferrersFallback: Sendable {
    private let client: RepositoryClient
    private let noted = Mutex(Noted())

    private struct Noted {
        var unlisted: [Document] = []
        var found: [Document] = []
        var settled: Set<Digest> = []

        mutating func isNew(_ document: Document) -> Bool {
            ReferrersFallback.subject(of: document) != nil && settled.insert(document.digest).inserted
        }
    }

    init(_ client: RepositoryClient) { self.client = client }

    /// For a document that the registry took without the header that announces its own list.
    func note(unlisted document: Document) {
        noted.withLock { if $0.isNew(document) { $0.unlisted.append(document) } }
    }

    /// For a document that the registry had. The run that put it there may have been killed before it was listed.
    func note(found document: Document) {
        noted.withLock { if $0.isNew(document) { $0.found.append(document) } }
    }

    /// Lists the documents that were noted since the last call. One after the other: a list that two threads write at once
    /// loses one of the entries.
    func complete() throws(SinkError) {
        let (unlisted, found) = noted.withLock { noted in
            defer { (noted.unlisted, noted.found) = ([], []) }
            return (noted.unlisted, noted.found)
        }
        for document in unlisted { try add(document) }
        for document in found where !isListed(document) {
            // Only the answer to a manifest says whether the registry keeps the list.
            let stored = try sinking { () throws(RegistryError) in
                try client.put(document, as: .digest(document.digest))
            }
            if !stored.keepsReferrers { try add(document) }
        }
    }

    /// A list that cannot be read counts as empty: the manifest is put once more, which does no harm.
    private func isListed(_ document: Document) -> Bool {
        guard let subject = Self.subject(of: document) else { return true }
        return (try? client.referrers(of: subject))?.contains { $0.digest == document.digest } ?? false
    }

    private func add(_ document: Document) throws(SinkError) {
        guard let subject = Self.subject(of: document) else { return }
        let tag = RegistryReference.Target.tag(ReferrersTag(subject).description)
        let fetched = try sinking { () throws(RegistryError) in try client.manifest(tag) }
        let existing = try sinking { () throws(DocumentError) in
            if let fetched { try Document(index: fetched.content) } else { nil as Document? }
        }
        guard let list = try Self.list(document, in: existing) else { return }
        try sinking { () throws(RegistryError) in _ = try client.put(list, as: tag) }
    }

    /// The list with the document; `nil` if it is listed already.
    private static func list(_ document: Document, in existing: Document?) throws(SinkError) -> Document? {
        let entry = try sinking { () throws(DocumentError) in try self.entry(document) }.bytes
        if existing?.index?.manifests.contains(where: { $0.descriptor.digest == document.digest }) == true {
            return nil
        }
        let bytes = try sinking { () throws(JSONEditError) in
            guard let existing else { return IndexWriter.bytes(of: [entry]) }
            return try IndexWriter.bytes(of: existing.bytes, appending: [entry])
        }
        return try sinking { () throws(DocumentError) in
            try Document(bytes, mediaType: existing?.mediaType ?? .ociIndex)
        }
    }

    private static func subject(of document: Document) -> Digest? {
        (document.manifest?.subject ?? document.index?.subject)?.digest
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
