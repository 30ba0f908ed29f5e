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
        var missing = unlisted
        for (subject, documents) in Self.bySubject(found) {
            // A list that cannot be read counts as empty: the manifest is put once more, which does no harm.
            let listed = Set(((try? client.referrers(of: subject)) ?? []).map(\.digest))
            for document in documents where !listed.contains(document.digest) {
                // Only the answer to a manifest says whether the registry keeps the list.
                let stored = try sinking { () throws(RegistryError) in
                    try client.put(document, as: .digest(document.digest))
                }
                if !stored.keepsReferrers { missing.append(document) }
            }
        }
        for (subject, documents) in Self.bySubject(missing) { try add(documents, to: subject) }
    }

    /// The documents of each subject, in the order in which the subjects occur first: each list is read and written once.
    private static func bySubject(_ documents: [Document]) -> [(subject: Digest, documents: [Document])] {
        var grouped: [(subject: Digest, documents: [Document])] = []
        var numbers: [Digest: Int] = [:]
        for document in documents {
            guard let subject = subject(of: document) else { continue }
            if let number = numbers[subject] {
                grouped[number].documents.append(document)
            } else {
                numbers[subject] = grouped.count
                grouped.append((subject, [document]))
            }
        }
        return grouped
    }

    private func add(_ documents: [Document], to subject: Digest) throws(SinkError) {
        let tag = RegistryReference.Target.tag(ReferrersTag(subject).description)
        let fetched = try sinking { () throws(RegistryError) in try client.manifest(tag) }
        let existing = try sinking { () throws(DocumentError) in
            if let fetched { try Document(index: fetched.content) } else { nil as Document? }
        }
        guard let list = try ReferrersList.adding(documents, to: existing) else { return }
        try sinking { () throws(RegistryError) in _ = try client.put(list, as: tag) }
    }

    private static func subject(of document: Document) -> Digest? {
        (document.manifest?.subject ?? document.index?.subject)?.digest
    }
}
