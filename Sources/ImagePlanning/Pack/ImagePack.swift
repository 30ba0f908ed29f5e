internal import ImageModel

/// Puts the images of several sources side by side: each keeps its name and, if nothing is left out, its digest. Images of
/// one name from several sources are joined by platform. Artifacts are copied.
struct ImagePack {
    private let inputs: [MergeInput]
    private let options: MergeOptions
    private let roots: PackedRoots
    private var chosen: ChosenImages
    private var order: WriteOrder
    private var entries: [RootEntry] = []
    private var images: [MergedImage] = []
    private var notes: [PlanNote] = []
    /// The images of the result by the roots from which they come: many names may lead to one. `nil` if no platform of
    /// them is wanted.
    private var packed: [Set<Digest>: Packed?] = [:]

    private struct Packed {
        /// The number of the image.
        let image: Int
        /// The index that was made; `nil` if the root of a source is copied.
        let index: Descriptor?
    }

    init(_ inputs: [MergeInput], _ options: MergeOptions) throws(PlanError) {
        self.inputs = inputs
        self.options = options
        let finders = inputs.enumerated().map { ImageFinder($1.graph, source: $0) }
        for finder in finders { try finder.checkListings() }
        roots = PackedRoots(inputs)
        let completeness = Completeness(GraphUnion(inputs.map(\.graph)))
        chosen = ChosenImages(inputs, options, finders, completeness)
        order = WriteOrder(
            source: inputs.map(\.source).joined(separator: ", "), completeness,
            allowsIncomplete: options.allowsIncomplete, isWhole: true)
    }

    consuming func outcome() throws(PlanError) -> MergeOutcome {
        for (label, members) in try roots.named(options.tags) {
            if members.allSatisfy(\.isArtifact) {
                try addArtifact(label, members)
            } else {
                try add(label, members)
            }
        }
        try addAttestations()
        if images.isEmpty, entries.isEmpty { throw .conflict(.nothingToMerge(source: inputs.first?.source ?? "")) }
        notes += chosen.notes + order.notes
        let (documents, blobs) = order.result()
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    // MARK: - Images

    private mutating func add(_ label: ImageLabel?, _ members: [PackedRoots.Member]) throws(PlanError) {
        if let artifact = members.first(where: \.isArtifact) { throw .conflict(sameName(label, members, artifact)) }
        let key = Set(members.map(\.digest))
        if packed[key] == nil { packed[key] = .some(try pack(label, members)) }
        guard let packed = packed[key] ?? nil else {
            notes += label.map { [.nameLeftOut($0.description)] } ?? []
            return
        }
        if let label { images[packed.image].labels.append(label) }
        if let index = packed.index {
            entries.append(RootEntry(descriptor: index, json: index.json.bytes, label: label, isNamedHere: true))
        } else {
            entries.append(try entry(label, members))
        }
    }

    /// `nil` if the images are for no wanted platform.
    private mutating func pack(_ label: ImageLabel?, _ members: [PackedRoots.Member]) throws(PlanError) -> Packed? {
        let found = members.flatMap(\.found.images)
        let wanted = chosen.select(found)
        if wanted.isEmpty, !options.platforms.isEmpty { return nil }
        let root = members[0].root.descriptor
        // A selection of platforms leaves out those that the source lacks.
        let isCut = !options.platforms.isEmpty && !options.isSparse && members.contains { !$0.found.absent.isEmpty }
        let isWhole = wanted.count == found.count && !isCut && !(needsIndex && !root.mediaType.isIndex)
        if isWhole, members.allSatisfy({ $0.digest == root.digest }) {
            try order.add(root)
            notes += PlanNote.disagreements(in: found, of: inputs, areCopied: true)
            images.append(MergedImage(labels: [], root: root, children: children(found)))
            return Packed(image: images.count - 1, index: nil)
        }
        let parts = members.map { MergeNaming.Part(source: $0.source, group: 0, roots: [$0.root]) }
        let joined = try chosen.images(of: parts)
        notes += PlanNote.disagreements(in: joined, of: inputs, areCopied: false)
        notes += PlanNote.sameLayers(of: joined, in: inputs)
        let index = try ImageIndex(joined, inputs: inputs, name: label?.description, options)
        let descriptor = index.document.descriptor
        order.insert(index.document)
        try order.add(descriptor)
        images.append(MergedImage(labels: [], root: descriptor, children: index.children))
        return Packed(image: images.count - 1, index: descriptor)
    }

    /// Whether an annotation needs an index, which a manifest alone has not.
    private var needsIndex: Bool { options.annotations.contains(where: \.needsIndex) }

    private func children(_ found: [PlatformImage]) -> [MergedImage.Child] {
        struct Key: Hashable {
            let manifest: Digest
            let platform: Platform?
        }
        var sources: [Digest: Set<Int>] = [:]
        for image in found { sources[image.manifest, default: []].insert(image.source) }
        var seen: Set<Key> = []
        return found.filter { seen.insert(Key(manifest: $0.manifest, platform: $0.platform)).inserted }.map { image in
            MergedImage.Child(
                platform: image.platform, digest: image.manifest,
                sources: sources[image.manifest, default: []].sorted().map { inputs[$0].source })
        }
    }

    /// The entry of a root that is copied: the longest that any source has, in any order of sources.
    private func entry(_ label: ImageLabel?, _ members: [PackedRoots.Member]) throws(PlanError) -> RootEntry {
        var best: RootEntry?
        for member in members {
            // The root under this name alone: it may have many.
            var root = member.root
            root.labels = label.map { [$0] } ?? []
            for entry in try inputs[member.source].graph.entries(of: root) {
                guard let known = best else {
                    best = entry
                    continue
                }
                let (new, old) = (entry.json, known.json)
                let isRicher = new.count != old.count ? new.count > old.count : new.lexicographicallyPrecedes(old)
                if isRicher { best = entry }
            }
        }
        let first = members[0].root.descriptor
        return best ?? RootEntry(descriptor: first, json: first.json.bytes, label: label, isNamedHere: true)
    }

    // MARK: - Artifacts

    private mutating func addArtifact(_ label: ImageLabel?, _ members: [PackedRoots.Member]) throws(PlanError) {
        var same: [Digest: [PackedRoots.Member]] = [:]
        for member in members { same[member.digest, default: []].append(member) }
        if label != nil, let other = members.first(where: { $0.digest != members[0].digest }) {
            throw .conflict(sameName(label, [members[0], other], other))
        }
        for digest in same.keys.sorted() {
            let members = same[digest] ?? []
            try order.add(members[0].root.descriptor)
            entries.append(try entry(label, members))
        }
    }

    /// Attestations that lie beside the images of a list keep their place, unless an index has them.
    private mutating func addAttestations() throws(PlanError) {
        for (source, root) in roots.attestations where !order.includes(root.descriptor.digest) {
            let subject = root.descriptor.attested.flatMap { try? Digest(parsing: $0) }
            guard subject.map(order.includes) ?? false else { continue }
            try order.add(root.descriptor)
            entries += try inputs[source].graph.entries(of: root)
        }
    }

    private func sameName(
        _ label: ImageLabel?, _ members: [PackedRoots.Member], _ other: PackedRoots.Member
    ) -> MergeConflict {
        let first = members.first { $0.digest != other.digest } ?? other
        return .sameName(
            label?.description ?? "", one: inputs[first.source].source, other: inputs[other.source].source)
    }
}
