internal import ImageModel
internal import Registry
internal import Synchronization

/// The list of what refers to an image, kept under a tag where a registry does not keep it itself (distribution-spec 1.1,
/// "Referrers Tag Schema"). Lists that others wrote keep every byte but what is added.
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

    /// The registry took it and said nothing of a list.
    func note(unlisted document: Document) {
        noted.withLock { if $0.isNew(document) { $0.unlisted.append(document) } }
    }

    /// The registry had it. Whoever put it there may have been ended before he listed it.
    func note(found document: Document) {
        noted.withLock { if $0.isNew(document) { $0.found.append(document) } }
    }

    /// Lists what was noted since. One after the other: a list that two write at once loses what one of them wrote.
    func complete() throws {
        let (unlisted, found) = noted.withLock { noted in
            defer { (noted.unlisted, noted.found) = ([], []) }
            return (noted.unlisted, noted.found)
        }
        for document in unlisted { try add(document) }
        for document in found where !isListed(document) {
            // Only what answers a manifest says who keeps the list.
            if try !client.put(document, as: .digest(document.digest)).keepsReferrers { try add(document) }
        }
    }

    /// A list that cannot be had lists nothing: the manifest is put once more, which does no harm.
    private func isListed(_ document: Document) -> Bool {
        guard let subject = Self.subject(of: document) else { return true }
        return (try? client.referrers(of: subject))?.contains { $0.digest == document.digest } ?? false
    }

    private func add(_ document: Document) throws {
        guard let subject = Self.subject(of: document) else { return }
        let tag = ReferrersTag(subject).description
        let existing = try client.manifest(.tag(tag))
        let known = try existing.map { try Document(index: $0.content) }
        if known?.index?.manifests.contains(where: { $0.descriptor.digest == document.digest }) == true { return }
        let entry = try Self.entry(document).bytes
        let bytes =
            try known.map { try IndexWriter.bytes(of: $0.bytes, appending: [entry]) }
            ?? IndexWriter.bytes(of: [entry])
        _ = try client.put(Document(bytes, mediaType: known?.mediaType ?? .ociIndex), as: .tag(tag))
    }

    private static func subject(of document: Document) -> Digest? {
        (document.manifest?.subject ?? document.index?.subject)?.digest
    }

    /// The descriptor that the referrers API would return: a manifest without an `artifactType` has that of its config.
    private static func entry(_ document: Document) throws -> JSONText {
        // Parsed again for the exact bytes of the annotations, which no view keeps.
        let root = try JSONDocument(parsing: document.bytes).root
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
