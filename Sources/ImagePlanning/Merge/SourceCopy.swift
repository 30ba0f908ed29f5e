internal import ImageModel

/// A copy of one source: its roots keep their digests, its indexes all of their entries.
struct SourceCopy {
    private let input: MergeInput
    private let options: MergeOptions
    private let graph: ImageGraph

    init(_ input: MergeInput, _ options: MergeOptions) {
        self.input = input
        self.options = options
        graph = input.graph
    }

    /// Whether a copy fulfils the options. A selection of platforms needs a new index. So do an annotation of an index
    /// that does not exist, and separate platforms that get a name or must be joined.
    static func suffices(
        _ inputs: [MergeInput], _ edits: [GraphEdit], _ options: MergeOptions
    ) throws(PlanError) -> Bool {
        guard let input = inputs.first, let edit = edits.first, inputs.count == 1, options.platforms.isEmpty else {
            return false
        }
        let roots = input.graph.roots
        let areIndexes = roots.allSatisfy(\.descriptor.mediaType.isIndex)
        for annotation in options.annotations where annotation.needsIndex {
            guard case .index = annotation.place, areIndexes else { return false }
        }
        let makesIndex = options.makesIndex && !areIndexes
        if !makesIndex, Set(roots.map(\.descriptor.digest)).count == 1 { return true }
        if !makesIndex, options.tags.isEmpty, !options.joinsSideBySide { return true }
        let finder = ImageFinder(input.graph)
        let groups = try ImageGroup.images(of: input.graph, finder).groups
        guard options.tags.isEmpty else { return groups.count > 1 }
        for group in groups where try isSideBySide(group, finder, edit) { return false }
        return !makesIndex
    }

    /// Whether the group has several images under one name, each for another platform, without an index.
    private static func isSideBySide(
        _ group: ImageGroup, _ finder: ImageFinder, _ edit: GraphEdit
    ) throws(PlanError) -> Bool {
        guard group.roots.allSatisfy(\.descriptor.mediaType.isManifest) else { return false }
        let images = try finder.below(group.roots).images
        let platforms = Set(images.compactMap { edit.platform(of: $0)?.normalized })
        return platforms.count > 1 && platforms.count == Set(images.map(\.manifest)).count
    }

    func outcome() throws(PlanError) -> MergeOutcome {
        let finder = ImageFinder(graph)
        let completeness = Completeness(graph: graph)
        if !options.tags.isEmpty, Set(graph.roots.map(\.descriptor.digest)).count > 1 {
            let groups = try ImageGroup.images(of: graph, finder).groups
            let names = groups.compactMap { $0.labels.first?.description }.sorted()
            throw .conflict(.severalImages(count: groups.count, names: names))
        }
        var order = WriteOrder(
            source: input.source, completeness, allowsIncomplete: options.allowsIncomplete, isWhole: true)
        var entries: [RootEntry] = []
        var images: [MergedImage] = []
        var notes: [PlanNote] = []
        let absent = absentRoots(completeness)
        let given = options.tags.isEmpty ? nil : options.tags.map(ImageLabel.full)
        for root in graph.roots where !absent.contains(root.descriptor.digest) {
            try order.add(root.descriptor)
            entries += try graph.entries(of: root, labels: given)
        }
        _ = try finder.all()
        var noted: Set<Digest> = []
        for digest in graph.roots.map(\.descriptor.digest) where absent.contains(digest) {
            if noted.insert(digest).inserted { notes.append(.rootAbsent(source: input.source, digest)) }
        }
        for image in GraphContents(graph).images where !absent.contains(image.digest) {
            let found = image.found.images
            if found.isEmpty, image.found.others.isEmpty, !image.found.absent.isEmpty {
                throw .conflict(.nothingPresent(source: input.source, index: image.digest))
            }
            images.append(merged(image))
            notes += PlanNote.disagreements(in: found, of: [input], areCopied: true)
            for entry in found.flatMap(\.attestations) where !order.includes(entry.descriptor.digest) {
                notes.append(.attestationDropped(source: input.source, entry.descriptor.digest, isIncomplete: false))
            }
        }
        notes += order.notes
        let (documents, blobs) = order.result()
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    /// Roots that the source names and lacks. They are left out as long as another root is left; else the absence is an
    /// error.
    private func absentRoots(_ completeness: Completeness) -> Set<Digest> {
        let digests = Set(graph.roots.map(\.descriptor.digest))
        let absent = graph.roots.filter { completeness.missing($0.descriptor)?.digest == $0.descriptor.digest }
        let found = Set(absent.map(\.descriptor.digest))
        return found == digests ? [] : found
    }

    private func merged(_ image: GraphContents.Image) -> MergedImage {
        let children = image.found.images.map {
            MergedImage.Child(platform: $0.platform, digest: $0.manifest, sources: [input.source])
        }
        return MergedImage(
            labels: options.tags.isEmpty ? image.labels : options.tags.map(ImageLabel.full),
            root: image.roots[0].descriptor, children: children)
    }
}

extension ImageGraph {
    /// The entries of a root in a new list of images, one for each label; the root's own labels if `labels` is `nil`. An
    /// entry of an index stays unchanged. A new one gets its platform and its name.
    func entries(of root: Root, labels given: [ImageLabel]? = nil) throws(PlanError) -> [RootEntry] {
        var descriptor = root.descriptor
        if descriptor.platform == nil, root.entry == nil, let manifest = manifest(descriptor.digest) {
            descriptor.platform = config(of: manifest)?.platform?.normalized
        }
        descriptor.annotations = [:]
        var json = descriptor.json.bytes
        if let entry = root.entry {
            do throws(JSONError) { json = try JSONText(compacting: entry).bytes } catch { throw .json(error) }
        }
        let own = ImageLabel(annotations: root.descriptor.annotations)
        let isNamedHere =
            root.entry == nil || given != nil || root.labels != (own.map { [$0] } ?? [])
            || own?.isContradicted(by: root.descriptor.annotations) ?? false
        let labels: [ImageLabel?] = given ?? root.labels
        return (labels.isEmpty ? [nil] : labels).map {
            RootEntry(descriptor: descriptor, json: json, label: $0, isNamedHere: isNamedHere)
        }
    }
}
