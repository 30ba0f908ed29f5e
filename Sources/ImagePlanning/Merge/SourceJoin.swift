internal import ImageModel

/// Joins several sources, or a selection of one: makes a new index for every image of the result.
struct SourceJoin {
    private let inputs: [MergeInput]
    private let options: MergeOptions
    private var notes: [PlanNote] = []
    private var unmatched: Set<Platform>

    init(_ inputs: [MergeInput], _ options: MergeOptions) {
        self.inputs = inputs
        self.options = options
        unmatched = Set(options.platforms)
    }

    consuming func outcome() throws(PlanError) -> MergeOutcome {
        let finders = inputs.enumerated().map { ImageFinder($1.graph, source: $0) }
        let held = try zip(inputs, finders).map { (input, finder) throws(PlanError) in
            try ImageGroup.images(of: input.graph, finder)
        }
        for (input, images) in zip(inputs, held) {
            notes += images.others.map { .notAnImage(source: input.source, $0) }
        }
        let jobs = try MergeNaming(inputs: inputs, options: options, groups: held.map(\.groups)).jobs()
        // The content of all sources: one may have what another lacks.
        let completeness = Completeness(GraphUnion(inputs.map(\.graph)))
        let names = inputs.map(\.source).joined(separator: ", ")
        var order = WriteOrder(
            source: names, completeness, allowsIncomplete: options.allowsIncomplete, isWhole: true)
        var entries: [RootEntry] = []
        var images: [MergedImage] = []
        // Many names may lead to the same images, which are joined once. `nil` if no platform of them is wanted.
        var joined: [[[Int]]: (image: Int, json: [UInt8])?] = [:]
        for job in jobs {
            if joined[job.groups] == nil {
                let index = try index(job, completeness, finders)
                joined[job.groups] = .some(index.map { (images.count, $0.document.descriptor.json.bytes) })
                if let index {
                    order.insert(index.document)
                    try order.add(index.document.descriptor)
                    images.append(MergedImage(labels: [], root: index.document.descriptor, children: index.children))
                }
            }
            guard let (image, json) = joined[job.groups] ?? nil else {
                notes += job.labels.map { .nameLeftOut($0.description) }
                continue
            }
            images[image].labels += job.labels
            for label in job.labels.isEmpty ? [nil] : job.labels.map(Optional.some) {
                entries.append(
                    RootEntry(descriptor: images[image].root, json: json, label: label, isNamedHere: true))
            }
        }
        if let wanted = unmatched.min() {
            throw .conflict(.platformAbsent(wanted: wanted, present: try Merge.platforms(of: inputs)))
        }
        notes += jobs.flatMap(\.notes) + order.notes
        let (documents, blobs) = order.result()
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    /// `nil` if the images are for no wanted platform.
    private mutating func index(
        _ job: MergeNaming.Job, _ completeness: Completeness, _ finders: [ImageFinder]
    ) throws(PlanError) -> ImageIndex? {
        let chosen = try complete(job, completeness, finders)
        if chosen.isEmpty, !options.platforms.isEmpty { return nil }
        notes += PlanNote.disagreements(in: chosen, of: inputs, areCopied: false)
        notes += PlanNote.sameLayers(of: chosen, in: inputs)
        return try ImageIndex(chosen, inputs: inputs, name: job.labels.first?.description, options)
    }

    /// The chosen images, which must be complete. Images whose manifest is absent are left out with a note.
    private mutating func complete(
        _ job: MergeNaming.Job, _ completeness: Completeness, _ finders: [ImageFinder]
    ) throws(PlanError) -> [PlatformImage] {
        var kept: [PlatformImage] = []
        for part in job.parts {
            let source = inputs[part.source].source
            let found = try finders[part.source].below(part.roots)
            notes += found.others.map { .notAnImage(source: source, $0.digest) }
            notes += found.absent.map { .incomplete(source: source, $0.digest, $0.platform, isCopied: false) }
            if found.images.isEmpty { throw .conflict(.nothingToMerge(source: source)) }
            for image in select(found.images) {
                if let missing = completeness.missing(image.descriptor), !options.allowsIncomplete {
                    throw .conflict(.missing(source: source, digest: missing.digest, what: missing.what))
                }
                kept.append(withCompleteAttestations(image, completeness))
            }
        }
        return kept
    }

    private mutating func withCompleteAttestations(
        _ image: PlatformImage, _ completeness: Completeness
    ) -> PlatformImage {
        var image = image
        let source = inputs[image.source].source
        image.attestations = image.attestations.filter { entry in
            guard completeness.missing(entry.descriptor) != nil else { return true }
            notes.append(.attestationDropped(source: source, entry.descriptor.digest, isIncomplete: true))
            return false
        }
        return image
    }

    private mutating func select(_ images: [PlatformImage]) -> [PlatformImage] {
        guard !options.platforms.isEmpty else { return images }
        return images.filter { image in
            guard let platform = image.platform?.normalized else { return false }
            let matching = options.platforms.filter { $0.matches(platform) }
            unmatched.subtract(matching)
            return !matching.isEmpty
        }
    }
}
