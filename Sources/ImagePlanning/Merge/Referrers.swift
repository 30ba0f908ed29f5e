internal import ImageModel

/// Signatures, SBOMs and attestations that refer to an image without being part of it. If the user asks for them, they
/// follow the image as roots without a name, as long as their subject is written.
package enum Referrers {
    /// The outcome with the referrers of its content, and with their referrers in turn. Other referrers stay behind with
    /// a note.
    package static func following(
        _ outcome: MergeOutcome, from inputs: [MergeInput], allowsIncomplete: Bool = false
    ) throws(PlanError) -> MergeOutcome {
        var outcome = outcome
        var documents = outcome.plan.documents
        var blobs = outcome.plan.blobs
        var roots = outcome.plan.roots
        var written = Set(documents.map(\.digest))
        var held = Set(blobs.map(\.digest))
        for input in inputs {
            let referrers = input.graph.referrers()
            let numbers = Dictionary(grouping: referrers.indices, by: { referrers[$0].subject })
            let known = Set(referrers.map(\.descriptor.digest))
            var waiting = Set(referrers.indices)
            // Those whose subject is written, the first one last.
            var ready = Array(referrers.indices.filter { written.contains(referrers[$0].subject) }.reversed())
            while let next = ready.popLast() {
                let (descriptor, _, tag) = referrers[next]
                waiting.remove(next)
                guard tag != nil || !written.contains(descriptor.digest) else { continue }
                var order = WriteOrder(
                    source: input.source, graph: input.graph, allowsIncomplete: allowsIncomplete)
                try order.add(descriptor)
                outcome.notes += order.notes
                let parts = order.result()
                for document in parts.documents where written.insert(document.digest).inserted {
                    documents.append(document)
                    for number in numbers[document.digest] ?? [] {
                        ready.insert(number, at: ready.firstIndex { $0 < number } ?? ready.endIndex)
                    }
                }
                blobs += parts.blobs.filter { held.insert($0.digest).inserted }
                roots.append(
                    RootEntry(
                        descriptor: descriptor, json: descriptor.json.bytes, label: tag.map { .plain($0.description) },
                        isNamedHere: tag != nil, isReferrer: true))
            }
            let artifacts = Set(
                referrers.filter { written.contains($0.subject) && !input.graph.isImage($0.descriptor.digest) }
                    .map(\.descriptor.digest))
            roots = roots.map { $0.label == nil && artifacts.contains($0.descriptor.digest) ? $0.asReferrer : $0 }
            outcome.notes.removeAll { note in
                guard case .notAnImage(_, let digest) = note else { return false }
                return known.contains(digest)
            }
            for (descriptor, subject, _) in waiting.sorted().map({ referrers[$0] })
            where !written.contains(descriptor.digest) {
                outcome.notes.append(.referrerStays(source: input.source, descriptor.digest, subject: subject))
            }
        }
        outcome.plan = WritePlan(
            blobs: blobs.sorted { ($1.size, $0.digest) < ($0.size, $1.digest) }, documents: documents,
            roots: RootEntry.distinct(roots), members: outcome.plan.members)
        return outcome
    }
}

extension Referrers {
    /// The outcome with a note on each referrer that stays behind although its subject is written. Attestations that are
    /// entries of an index belong to that index.
    package static func leftBehind(_ outcome: MergeOutcome, from inputs: [MergeInput]) -> MergeOutcome {
        var outcome = outcome
        let written = Set(outcome.plan.documents.map(\.digest))
        for input in inputs {
            var seen: Set<Digest> = []
            var notes: [PlanNote] = []
            let attestations = input.graph.attestations
            for (descriptor, subject, tag) in input.graph.referrers()
            where written.contains(subject) && !written.contains(descriptor.digest) {
                guard !attestations.contains(descriptor.digest), seen.insert(descriptor.digest).inserted else {
                    continue
                }
                let manifest = input.graph.manifest(descriptor.digest)
                let type = tag?.kind ?? manifest?.artifactType ?? manifest?.config.mediaType.rawValue
                notes.append(
                    .referrerLeft(
                        source: input.source, descriptor.digest, subject: subject,
                        type: type ?? descriptor.mediaType.rawValue))
            }
            outcome.notes.removeAll { note in
                guard case .notAnImage(input.source, let digest) = note else { return false }
                return seen.contains(digest)
            }
            outcome.notes += notes
        }
        return outcome
    }
}

extension ImageGraph {
    /// The attestations that indexes list.
    fileprivate var attestations: Set<Digest> {
        Set(indexes.flatMap(\.view.manifests).map(\.descriptor).filter(\.isAttestation).map(\.digest))
    }

    fileprivate func isImage(_ digest: Digest) -> Bool { manifest(digest)?.isImage ?? (index(digest) != nil) }

    /// Manifests and indexes that name a subject, sorted by digest, after those whose tags name one.
    fileprivate func referrers() -> [(descriptor: Descriptor, subject: Digest, tag: CosignTag?)] {
        let tagged = cosigned.sorted { $0.key < $1.key }.map { ($0.value.bare, $0.key.subject, Optional($0.key)) }
        return tagged
            + documents.values.sorted { $0.digest < $1.digest }.compactMap { document in
                guard let subject = document.manifest?.subject ?? document.index?.subject else { return nil }
                return (document.descriptor, subject.digest, nil)
            }
    }
}

extension Descriptor {
    /// The descriptor without the members that an index adds, its name above all.
    fileprivate var bare: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: size) }
}
