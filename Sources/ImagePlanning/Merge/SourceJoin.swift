internal import ImageModel

/// Joins several sources, or a selection of one: makes a new index for every image of the result.
struct SourceJoin {
    private let inputs: [MergeInput]
    private let options: MergeOptions
    private var notes: [PlanNote] = []

    init(_ inputs: [MergeInput], _ options: MergeOptions) {
        self.inputs = inputs
        self.options = options
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
        var chosen = ChosenImages(inputs, options, finders, completeness)
        let names = inputs.map(\.source).joined(separator: ", ")
        var order = WriteOrder(
            source: names, completeness, allowsIncomplete: options.allowsIncomplete, isWhole: true)
        var entries: [RootEntry] = []
        var images: [MergedImage] = []
        // Many names may lead to the same images, which are joined once. `nil` if no platform of them is wanted.
        var joined: [[[Int]]: (image: Int, json: [UInt8])?] = [:]
        for job in jobs {
            if joined[job.groups] == nil {
                let index = try index(job, &chosen)
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
        if let wanted = chosen.unmatched.min() {
            throw .conflict(.platformAbsent(wanted: wanted, present: try Merge.platforms(of: inputs)))
        }
        notes += chosen.notes + jobs.flatMap(\.notes) + order.notes
        let (documents, blobs) = order.result()
        let plan = WritePlan(blobs: blobs, documents: documents, roots: RootEntry.distinct(entries))
        return MergeOutcome(plan: plan, images: images, notes: notes)
    }

    /// `nil` if the images are for no wanted platform.
    private mutating func index(_ job: MergeNaming.Job, _ chosen: inout ChosenImages) throws(PlanError) -> ImageIndex? {
        let images = try chosen.images(of: job.parts)
        if images.isEmpty, !options.platforms.isEmpty { return nil }
        notes += PlanNote.disagreements(in: images, of: inputs, areCopied: false)
        notes += PlanNote.sameLayers(of: images, in: inputs)
        return try ImageIndex(images, inputs: inputs, name: job.labels.first?.description, options)
    }
}
