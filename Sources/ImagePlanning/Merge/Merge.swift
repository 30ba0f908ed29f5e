internal import ImageModel

/// Decides the result of a set of sources. Pure: no file, no clock, no network. The same sources give the same plan in
/// any order.
package enum Merge {
    package static func plan(_ inputs: [MergeInput], _ options: MergeOptions) throws(PlanError) -> MergeOutcome {
        try MissingBlobs.check(inputs, options)
        if options.keepsImages, options.isSparse, !options.platforms.isEmpty {
            return try SparseSelection.plan(inputs, options)
        }
        let inputs = options.keepsImages ? inputs : try onlyNamed(inputs, options)
        var edits = try inputs.map { (input) throws(PlanError) in try edit(of: input, options) }
        let isCopy = try isCopied(inputs, edits, options)
        try checkAnnotations(inputs, edits, options)
        for number in edits.indices { edits[number].annotatesRoots = isCopy || options.keepsImages }
        let ready = try zip(inputs, edits).map { (input, edit) throws(PlanError) in
            input.with(try edit.applied(to: input.graph).graph)
        }
        var outcome =
            try isCopy
            ? SourceCopy(ready[0], options).outcome()
            : options.keepsImages
                ? ImagePack(ready, options).outcome() : SourceJoin(ready, options).outcome()
        outcome.notes =
            try ConversionLimits.notes(outcome.plan, ready, options)
            + OutdatedReferences.notes(before: inputs, after: ready, outcome.plan) + outcome.notes
        for document in outcome.plan.documents where Int64(document.bytes.count) > DocumentLimits.document {
            throw .conflict(
                .documentTooLarge(
                    document.digest.description, bytes: Int64(document.bytes.count), names: nil,
                    limit: DocumentLimits.document))
        }
        return outcome
    }

    /// Whether the only source is copied root by root.
    private static func isCopied(
        _ inputs: [MergeInput], _ edits: [GraphEdit], _ options: MergeOptions
    ) throws(PlanError) -> Bool {
        if options.keepsImages {
            if inputs.count > 1 || !options.tags.isEmpty { return false }
            _ = try PackedRoots(inputs).named([])
        }
        return try SourceCopy.suffices(inputs, edits, options)
    }

    /// Naming is no edit: if the only source has one image under one digest, it is copied under its new names. Artifacts and
    /// entries that repeat its parts stay behind.
    private static func onlyNamed(
        _ inputs: [MergeInput], _ options: MergeOptions
    ) throws(PlanError) -> [MergeInput] {
        guard let input = inputs.first, inputs.count == 1, !options.tags.isEmpty, options.platforms.isEmpty else {
            return inputs
        }
        let groups = try ImageGroup.images(of: input.graph, ImageFinder(input.graph)).groups
        guard groups.count == 1, Set(groups[0].roots.map(\.descriptor.digest)).count == 1 else { return inputs }
        var graph = input.graph
        graph.roots = groups[0].roots
        return [input.with(graph)]
    }

    /// All edits come before any index is made: digests follow from them.
    private static func edit(of input: MergeInput, _ options: MergeOptions) throws(PlanError) -> GraphEdit {
        var edit = GraphEdit()
        edit.platforms = input.corrections
        if let platform = input.declared { edit.platforms = [try input.onlyImage(): platform] }
        edit.correctsLabels = true
        edit.recodings = options.recodings
        edit.annotations = options.annotations
        edit.format = options.format
        return edit
    }

    /// An annotation for a platform that no source has is an error.
    private static func checkAnnotations(
        _ inputs: [MergeInput], _ edits: [GraphEdit], _ options: MergeOptions
    ) throws(PlanError) {
        let wanted = options.annotations.compactMap(\.platform)
        guard !wanted.isEmpty else { return }
        var present: Set<Platform> = []
        for (input, edit) in zip(inputs, edits) {
            let images = try ImageFinder(input.graph).all().images
            present.formUnion(images.compactMap { edit.platform(of: $0)?.normalized })
        }
        for wanted in wanted where !present.contains(where: wanted.matches) {
            throw .conflict(.platformAbsent(wanted: wanted, present: present.sorted()))
        }
    }

    static func platforms(of inputs: [MergeInput]) throws(PlanError) -> [Platform] {
        var present: Set<Platform> = []
        for input in inputs {
            present.formUnion(try ImageFinder(input.graph).all().images.compactMap(\.platform?.normalized))
        }
        return present.sorted()
    }
}
