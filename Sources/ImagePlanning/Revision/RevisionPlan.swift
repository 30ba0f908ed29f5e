package import ImageModel

/// A note on a revision that is no error.
package enum RevisionNote: Hashable, Sendable {
    case attestationOutdated(Platform?)
    /// A document that refers to the old digest of an image.
    case referrerOutdated(Digest, subject: Digest)
    case signatureOutdated(name: String, subject: Digest)
}

/// The effect of a fix or an edit on the images of a source. Pure: nothing is read or written.
package struct RevisionPlan: Sendable {
    package let before: ImageGraph
    package let edited: EditedGraph
    package let images: [RevisedImage]
    /// The images that the result lacks, in the order in which they are reached from the roots.
    package let dropped: [RevisedImage.State]
    /// The names of roots that the result lacks, sorted.
    package let droppedNames: [ImageLabel]
    package let notes: [RevisionNote]
    /// The places of the names that the revision is about; `nil` if it is about all.
    private let chosen: Set<DescriptorPath>?

    /// `names` are those of the whole source: cosign names signatures after the digest of their subject.
    package init(
        _ graph: ImageGraph, _ edit: GraphEdit, names: [ImageLabel], chosen: Set<DescriptorPath>? = nil, source: String
    ) throws(PlanError) {
        before = graph
        self.chosen = chosen
        edited = try edit.applied(to: graph, source: source)
        images = try RevisedImage.all(of: graph, edit, edited)
        dropped = try RevisedImage.dropped(from: graph, edit)
        droppedNames = Set(edited.roots.filter { $0.after == nil }.flatMap(\.before.labels)).sorted()
        try Self.checkPlatforms(edited, images, source: source)
        notes = try Self.notes(edited, before: graph, names: names)
    }

    package var isNeeded: Bool {
        !edited.changes.isEmpty || !dropped.isEmpty
            || edited.roots.contains { $0.before.entry != $0.after?.entry }
    }

    /// A root with its names, and its digests before and after. Each digest occurs once.
    package struct Root: Sendable {
        package let labels: [ImageLabel]
        package let before: Digest
        package let after: Digest
        package let images: [RevisedImage]
    }

    package func roots() throws(PlanError) -> [Root] {
        let finder = ImageFinder(before)
        var order: [Digest] = []
        var labels: [Digest: [ImageLabel]] = [:]
        var roots: [Digest: (old: ImageGraph.Root, new: Digest)] = [:]
        for (old, new) in edited.roots {
            // Another name may lead to the same images: it is told if it changes.
            guard let new, chosen?.contains(old.place) ?? true || old.descriptor.digest != new.descriptor.digest else {
                continue
            }
            let digest = old.descriptor.digest
            if roots.updateValue((old, new.descriptor.digest), forKey: digest) == nil { order.append(digest) }
            labels[digest, default: []] += old.labels
        }
        let numbers = Dictionary(
            self.images.enumerated().map { ($1.before.manifest, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [Root] = []
        for digest in order {
            guard let (old, new) = roots[digest] else { continue }
            let below = Set(try finder.below([old]).images.map(\.manifest))
            let images = below.compactMap { numbers[$0] }.sorted().map { self.images[$0] }
            if images.isEmpty { continue }
            found.append(Root(labels: labels[digest] ?? [], before: digest, after: new, images: images))
        }
        return found
    }

    /// Refuses a correction that gives one index two images for one platform.
    private static func checkPlatforms(
        _ edited: EditedGraph, _ images: [RevisedImage], source: String
    ) throws(PlanError) {
        let changed = Set(images.filter { $0.before.platform != $0.after.platform }.map(\.after.manifest))
        for change in edited.changes {
            var owners: [Platform: Set<Digest>] = [:]
            for entry in change.after.index?.manifests ?? [] {
                guard !entry.descriptor.isAttestation,
                    edited.graph.index(entry.descriptor.digest) == nil,
                    let platform = entry.descriptor.platform?.normalized
                else { continue }
                owners[platform, default: []].insert(entry.descriptor.digest)
            }
            let twice = owners.filter { $0.value.count > 1 && !$0.value.isDisjoint(with: changed) }.keys.min()
            if let twice {
                throw .fix(.samePlatform(source: source, twice, index: change.before.digest))
            }
        }
    }

    private static func notes(
        _ edited: EditedGraph, before: ImageGraph, names: [ImageLabel]
    ) throws(PlanError) -> [RevisionNote] {
        var notes: [RevisionNote] = []
        let changed = Set(edited.changes.map(\.before.digest))
        var attestations: Set<Digest> = []
        for image in try ImageFinder(before).all().images where changed.contains(image.manifest) {
            if !image.attestations.isEmpty { notes.append(.attestationOutdated(image.platform)) }
            attestations.formUnion(image.attestations.map(\.descriptor.digest))
        }
        for (referrer, subject) in before.referrers(to: changed) where !attestations.contains(referrer) {
            notes.append(.referrerOutdated(referrer, subject: subject))
        }
        for label in names {
            guard let subject = CosignTag(label)?.subject, changed.contains(subject) else { continue }
            notes.append(.signatureOutdated(name: label.description, subject: subject))
        }
        var seen: Set<RevisionNote> = []
        return notes.filter { seen.insert($0).inserted }
    }
}

extension EditedGraph {
    /// Every document and blob that the roots lead to.
    package func reachable() -> Set<Digest> { Set(graph.reachable(from: graph.roots.map(\.descriptor)).keys) }
}
