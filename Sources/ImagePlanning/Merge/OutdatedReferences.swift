internal import ImageModel

/// Attestations, signatures and other artifacts that go along with an image, but whose own text speaks of a digest that
/// an edit has changed.
enum OutdatedReferences {
    /// `before`, as the sources are; `after`, with every edit; `plan`, what will be written.
    static func notes(before: [MergeInput], after: [MergeInput], _ plan: WritePlan) throws -> [MergeNote] {
        var notes: [MergeNote] = []
        let written = Set(plan.documents.map(\.digest))
        for (old, new) in zip(before, after) where isEdited(old, new) {
            let finder = try ImageFinder(old.graph)
            let images = try finder.all().images
            notes += try attestations(of: new, before: images, written, source: old.source)
            let attestations = Set(images.flatMap(\.attestations).map(\.descriptor.digest))
            let held = Set(old.graph.roots.map(\.descriptor.digest)).union(try finder.children())
            let gone = held.filter { old.graph.documents[$0] != nil && !written.contains($0) }
            for (referrer, subject) in try old.graph.referrers(to: gone) {
                guard written.contains(referrer), !attestations.contains(referrer) else { continue }
                notes.append(.referrerOutdated(source: old.source, referrer, subject: subject))
            }
            for label in old.graph.roots.flatMap(\.labels) {
                guard let subject = CosignTag(label)?.subject, gone.contains(subject) else { continue }
                guard plan.roots.contains(where: { $0.label == label }) else { continue }
                notes.append(.signatureOutdated(source: old.source, name: label.description, subject: subject))
            }
        }
        return notes
    }

    /// Whatever is edited below a root changes the root.
    private static func isEdited(_ old: MergeInput, _ new: MergeInput) -> Bool {
        zip(old.graph.roots, new.graph.roots).contains { $0.descriptor.digest != $1.descriptor.digest }
    }

    private static func attestations(
        of new: MergeInput, before: [PlatformImage], _ written: Set<Digest>, source: String
    ) throws(GraphError) -> [MergeNote] {
        let kept = Set(before.map(\.manifest))
        return try ImageFinder(new.graph).all().images.compactMap { image in
            guard let platform = image.platform, !kept.contains(image.manifest), written.contains(image.manifest),
                image.attestations.contains(where: { written.contains($0.descriptor.digest) })
            else { return nil }
            return .attestationOutdated(source: source, platform)
        }
    }
}

extension ImageGraph {
    /// Manifests that name one of these digests as what they are about, by their digests.
    func referrers(to subjects: Set<Digest>) throws(GraphError) -> [(referrer: Digest, subject: Digest)] {
        var found: [(referrer: Digest, subject: Digest)] = []
        for manifest in manifests {
            guard let subject = manifest.view.subject?.digest, subjects.contains(subject) else { continue }
            found.append((manifest.digest, subject))
        }
        return found
    }
}
