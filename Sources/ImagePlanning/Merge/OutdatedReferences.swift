internal import ImageModel

/// Finds attestations, signatures and other artifacts that refer to a digest that an edit has changed.
enum OutdatedReferences {
    /// `before` are the sources, `after` the sources with every edit, `plan` is the plan of the result.
    static func notes(before: [MergeInput], after: [MergeInput], _ plan: WritePlan) throws(PlanError) -> [PlanNote] {
        var notes: [PlanNote] = []
        let written = Set(plan.documents.map(\.digest))
        let names = Set(plan.roots.compactMap(\.label))
        for (old, new) in zip(before, after) where isEdited(old, new) {
            let finder = ImageFinder(old.graph)
            let images = try finder.all().images
            notes += try attestations(of: new, before: images, written, source: old.source)
            let attestations = Set(images.flatMap(\.attestations).map(\.descriptor.digest))
            let held = Set(old.graph.roots.map(\.descriptor.digest)).union(RepeatedRoots.children(in: old.graph))
            let gone = held.filter { old.graph.documents[$0] != nil && !written.contains($0) }
            for (referrer, subject) in old.graph.referrers(to: gone) {
                guard written.contains(referrer), !attestations.contains(referrer) else { continue }
                notes.append(.referrerOutdated(source: old.source, referrer, subject: subject))
            }
            for label in old.graph.roots.flatMap(\.labels) {
                guard let subject = CosignTag(label)?.subject, gone.contains(subject), names.contains(label) else {
                    continue
                }
                notes.append(.signatureOutdated(source: old.source, name: label.description, subject: subject))
            }
        }
        return notes
    }

    /// Whether a root changed: every edit below a root changes it.
    private static func isEdited(_ old: MergeInput, _ new: MergeInput) -> Bool {
        zip(old.graph.roots, new.graph.roots).contains { $0.descriptor.digest != $1.descriptor.digest }
    }

    private static func attestations(
        of new: MergeInput, before: [PlatformImage], _ written: Set<Digest>, source: String
    ) throws(PlanError) -> [PlanNote] {
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
    /// Manifests with one of these digests as their subject, sorted by digest.
    func referrers(to subjects: Set<Digest>) -> [(referrer: Digest, subject: Digest)] {
        var found: [(referrer: Digest, subject: Digest)] = []
        for manifest in manifests {
            guard let subject = manifest.view.subject?.digest, subjects.contains(subject) else { continue }
            found.append((manifest.digest, subject))
        }
        return found
    }
}
