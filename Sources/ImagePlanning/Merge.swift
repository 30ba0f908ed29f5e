internal import ImageModel

/// Decides what comes out of a set of sources. Pure: no file, no clock, no network; the same sources give the same plan
/// in any order.
package struct Merge {
    private let inputs: [MergeInput]
    private let options: MergeOptions
    private var notes: [MergeNote] = []

    package static func plan(_ inputs: [MergeInput], _ options: MergeOptions) throws -> MergeOutcome {
        let ready = try inputs.map { input in
            let graph = try input.graph.relabelled()
            let declared = try input.declared.map { try graph.retargeted(to: $0, source: input.source) } ?? graph
            return MergeInput(source: input.source, graph: declared, declared: input.declared)
        }
        var merge = try Merge(inputs: ready, options: options).annotated()
        if inputs.contains(where: { $0.declared != nil || !$0.graph.mislabelled.isEmpty }) {
            try merge.noteOutdatedAttestations(before: inputs)
        }
        return try merge.isCopy ? merge.copied() : merge.merged()
    }

    private init(inputs: [MergeInput], options: MergeOptions) {
        self.inputs = inputs
        self.options = options
    }

    /// Annotations of manifests come before everything else: digests follow from them.
    private func annotated() throws -> Merge {
        guard !options.annotations.isEmpty else { return self }
        let present = try presentPlatforms()
        for wanted in options.annotations.compactMap(\.platform) where !present.contains(where: wanted.matches) {
            throw MergeConflict.platformAbsent(wanted: wanted, present: present)
        }
        let changed = try inputs.map { input in
            let graph = try input.graph.annotated(options.annotations, includesTop: isCopy)
            return MergeInput(source: input.source, graph: graph, declared: input.declared)
        }
        return Merge(inputs: changed, options: options)
    }

    // MARK: - One source: a copy

    /// One source as it is. A name for several platforms that stand side by side makes an index of them.
    private var isCopy: Bool {
        guard inputs.count == 1, options.platforms.isEmpty else { return false }
        let areIndexes = inputs[0].graph.roots.allSatisfy(\.descriptor.mediaType.isIndex)
        for annotation in options.annotations where annotation.needsIndex {
            if case .index = annotation.place, areIndexes { continue }
            return false
        }
        let groups = ImageGroup.groups(of: inputs[0].graph)
        return options.tags.isEmpty || groups.count > 1 || Set(groups[0].roots.map(\.descriptor.digest)).count == 1
    }

    private mutating func copied() throws -> MergeOutcome {
        let graph = inputs[0].graph
        let digests = Set(graph.roots.map(\.descriptor.digest))
        if !options.tags.isEmpty && digests.count > 1 { throw severalImages(ImageGroup.groups(of: graph)) }
        let finder = try ImageFinder(graph)
        var order = WriteOrder(source: inputs[0].source, graph: graph)
        var entries: [RootEntry] = []
        var images: [MergedImage] = []
        for group in ImageGroup.groups(of: graph) {
            for root in group.roots {
                try order.add(root.descriptor)
                entries += try self.entries(root, graph)
            }
            let found = try finder.below(group.roots).images
            let children = found.map {
                MergedImage.Child(platform: $0.platform, digest: $0.manifest, sources: [inputs[0].source])
            }
            let labels = options.tags.isEmpty ? group.labels : options.tags.map(ImageLabel.full)
            images.append(MergedImage(labels: labels, root: group.roots[0].descriptor, children: children))
            noteDisagreements(found)
            for entry in found.flatMap(\.attestations) where !order.includes(entry.descriptor.digest) {
                notes.append(
                    .attestationDropped(source: inputs[0].source, entry.descriptor.digest, isIncomplete: false))
            }
        }
        let (documents, blobs) = order.result()
        notes += order.notes
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    /// An entry that comes from an index stays as it was; one that is made here gets its platform and its name.
    private func entries(_ root: ImageGraph.Root, _ graph: ImageGraph) throws -> [RootEntry] {
        var descriptor = root.descriptor
        if descriptor.platform == nil, root.entry == nil,
            let manifest = try graph.manifest(ifManifest: descriptor.digest)
        {
            descriptor.platform = try graph.config(manifest.config.digest)?.platform?.normalized
        }
        descriptor.annotations = [:]
        let json = try root.entry.map { try JSONText(compacting: $0).bytes } ?? descriptor.json.bytes
        let labels = options.tags.isEmpty ? root.labels : options.tags.map(ImageLabel.full)
        let isNamedHere = root.entry == nil || !options.tags.isEmpty
        if labels.isEmpty {
            return [RootEntry(descriptor: descriptor, json: json, label: nil, isNamedHere: isNamedHere)]
        }
        return labels.map {
            RootEntry(descriptor: descriptor, json: json, label: $0, isNamedHere: isNamedHere || labels.count > 1)
        }
    }

    // MARK: - Several sources, or a selection: new indexes

    private mutating func merged() throws -> MergeOutcome {
        let jobs = try MergeNaming(inputs: inputs, options: options).jobs()
        var graph = ImageGraph()
        for input in inputs {
            graph.documents.merge(input.graph.documents) { first, _ in first }
            graph.blobs.merge(input.graph.blobs) { first, _ in first }
        }
        let finders = try inputs.enumerated().map { try ImageFinder($1.graph, source: $0) }
        var entries: [RootEntry] = []
        var images: [MergedImage] = []
        var order = WriteOrder(source: inputs.map(\.source).joined(separator: ", "), graph: graph)
        var unmatched = Set(options.platforms)
        for job in jobs {
            let found = try complete(job, graph, finders)
            let chosen = select(found, unmatched: &unmatched)
            noteDisagreements(chosen)
            if chosen.isEmpty && !options.platforms.isEmpty { continue }
            let index = try ImageIndex(
                chosen, inputs: inputs, name: job.labels.first?.description, annotations: options.annotations)
            order.insert(index.document)
            try order.add(index.document.descriptor)
            let json = index.document.descriptor.json.bytes
            let labels: [ImageLabel?] = job.labels.isEmpty ? [nil] : job.labels
            for label in labels {
                entries.append(
                    RootEntry(descriptor: index.document.descriptor, json: json, label: label, isNamedHere: true))
            }
            images.append(
                MergedImage(labels: job.labels, root: index.document.descriptor, children: index.children))
        }
        if let wanted = unmatched.min() {
            throw MergeConflict.platformAbsent(wanted: wanted, present: try presentPlatforms())
        }
        notes += jobs.flatMap(\.notes) + order.notes
        let (documents, blobs) = order.result()
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    /// Images that are wholly here; the others, and attestations that are not, are left out and said.
    private mutating func complete(
        _ job: MergeNaming.Job, _ graph: ImageGraph, _ finders: [ImageFinder]
    ) throws -> [PlatformImage] {
        let completeness = Completeness(graph: graph)
        var found: [PlatformImage] = []
        for part in job.parts {
            let source = inputs[part.source].source
            let below = try finders[part.source].below(part.roots)
            let images = below.images
            for other in below.others { notes.append(.notAnImage(source: source, other)) }
            for absent in below.absent {
                notes.append(.incomplete(source: source, absent.digest, absent.platform, isCopied: false))
            }
            var kept = 0
            for var image in images {
                if let missing = try completeness.missing(image.descriptor) {
                    if images.count == 1 {
                        throw MergeConflict.missing(source: source, digest: missing.digest, what: missing.what)
                    }
                    notes.append(.incomplete(source: source, missing.digest, image.platform, isCopied: false))
                    continue
                }
                image.attestations = try image.attestations.filter { entry in
                    guard try completeness.missing(entry.descriptor) != nil else { return true }
                    notes.append(.attestationDropped(source: source, entry.descriptor.digest, isIncomplete: true))
                    return false
                }
                kept += 1
                found.append(image)
            }
            if kept == 0 { throw MergeConflict.nothingToMerge(source: source) }
        }
        return found
    }

    private func select(_ images: [PlatformImage], unmatched: inout Set<Platform>) -> [PlatformImage] {
        guard !options.platforms.isEmpty else { return images }
        return images.filter { image in
            guard let platform = image.platform?.normalized else { return false }
            let matching = options.platforms.filter { $0.matches(platform) }
            unmatched.subtract(matching)
            return !matching.isEmpty
        }
    }

    private func presentPlatforms() throws -> [Platform] {
        let all = try inputs.flatMap {
            try ImageFinder($0.graph).all().images.compactMap(\.platform?.normalized)
        }
        return Set(all).sorted()
    }

    // MARK: - Notes

    private mutating func noteDisagreements(_ images: [PlatformImage]) {
        for image in images {
            guard let stated = image.descriptor.platform, let platform = image.platform,
                (stated.normalized.os, stated.normalized.architecture, stated.normalized.variant)
                    != (platform.normalized.os, platform.normalized.architecture, platform.normalized.variant)
            else { continue }
            notes.append(
                .configDisagrees(source: inputs[image.source].source, config: platform, descriptor: stated))
        }
    }

    /// An attestation's own text speaks of a digest that an edit has changed.
    private mutating func noteOutdatedAttestations(before: [MergeInput]) throws(GraphError) {
        for (old, new) in zip(before, inputs) {
            let kept = Set(try ImageFinder(old.graph).all().images.map(\.manifest))
            for image in try ImageFinder(new.graph).all().images
            where !image.attestations.isEmpty && !kept.contains(image.manifest) {
                guard let platform = image.platform else { continue }
                notes.append(.attestationOutdated(source: old.source, platform))
            }
        }
    }

    private func severalImages(_ groups: [ImageGroup]) -> MergeConflict {
        .severalImages(count: groups.count, names: groups.compactMap { $0.labels.first?.description }.sorted())
    }
}
