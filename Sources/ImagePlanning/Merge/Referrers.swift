internal import ImageModel

/// Signatures, SBOMs and attestations that speak of an image without being part of it. They follow it where that is asked
/// for, as roots without a name, and only as long as the digest of which they speak is written.
package enum Referrers {
    /// The same outcome with whatever, in the graphs of the sources, speaks of what it writes, and with what speaks of that
    /// in turn. What speaks of something that is not written stays behind, and is said.
    package static func following(_ outcome: MergeOutcome, from inputs: [MergeInput]) throws -> MergeOutcome {
        var outcome = outcome
        var documents = outcome.plan.documents
        var blobs = outcome.plan.blobs
        var roots = outcome.plan.roots
        var written = Set(documents.map(\.digest))
        var held = Set(blobs.map(\.digest))
        for input in inputs {
            var waiting = try input.graph.referrers()
            let known = Set(waiting.map(\.descriptor.digest))
            while let next = waiting.firstIndex(where: { written.contains($0.subject) }) {
                let (descriptor, _, tag) = waiting.remove(at: next)
                guard tag != nil || !written.contains(descriptor.digest) else { continue }
                var order = WriteOrder(source: input.source, graph: input.graph)
                try order.add(descriptor)
                let parts = order.result()
                documents += parts.documents.filter { written.insert($0.digest).inserted }
                blobs += parts.blobs.filter { held.insert($0.digest).inserted }
                roots.append(
                    RootEntry(
                        descriptor: descriptor, json: descriptor.json.bytes, label: tag.map { .plain($0.description) },
                        isNamedHere: tag != nil, isReferrer: true))
            }
            let taken = outcome.notes.filter { note in
                guard case .notAnImage(_, let digest) = note else { return false }
                return known.contains(digest)
            }
            outcome.notes.removeAll(where: taken.contains)
            for (descriptor, subject, _) in waiting where !written.contains(descriptor.digest) {
                outcome.notes.append(.referrerStays(source: input.source, descriptor.digest, subject: subject))
            }
        }
        outcome.plan = WritePlan(
            blobs: blobs.sorted { ($1.size, $0.digest) < ($0.size, $1.digest) }, documents: documents,
            roots: RootEntry.distinct(roots), members: outcome.plan.members)
        return outcome
    }
}

extension ImageGraph {
    /// Manifests and indexes that name a subject, by their digests, and those whose tags do.
    fileprivate func referrers() throws -> [(descriptor: Descriptor, subject: Digest, tag: CosignTag?)] {
        let tagged = cosigned.sorted { $0.key < $1.key }.map { ($0.value.bare, $0.key.subject, Optional($0.key)) }
        return tagged
            + documents.values.sorted { $0.digest < $1.digest }.compactMap { document in
                guard let subject = document.manifest?.subject ?? document.index?.subject else { return nil }
                return (document.descriptor, subject.digest, nil)
            }
    }
}

extension Descriptor {
    /// Without what an index says of it, its name above all.
    fileprivate var bare: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: size) }
}
