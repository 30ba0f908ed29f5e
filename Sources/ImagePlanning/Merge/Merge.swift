internal import ImageModel

/// Decides what comes out of a set of sources. Pure: no file, no clock, no network; the same sources give the same plan
/// in any order.
package enum Merge {
    package static func plan(_ inputs: [MergeInput], _ options: MergeOptions) throws -> MergeOutcome {
        try MissingBlobs.check(inputs, options)
        let edited = try inputs.map { input in
            let graph = try input.graph.corrected(input.corrections).graph.relabelled().recoded(options.recodings)
            guard let platform = input.declared else { return input.with(graph) }
            return input.with(try graph.retargeted(to: platform, source: input.source))
        }
        let isCopy = try SourceCopy.suffices(edited, options)
        let ready = try converted(annotated(edited, options, isCopy: isCopy), to: options.format)
        var outcome = try isCopy ? SourceCopy(ready[0], options).outcome() : SourceJoin(ready, options).outcome()
        outcome.notes =
            try ConversionLimits.notes(outcome.plan, ready, options)
            + OutdatedReferences.notes(before: inputs, after: ready, outcome.plan) + outcome.notes
        return outcome
    }

    /// Annotations of manifests come before any index is made: digests follow from them.
    private static func annotated(
        _ inputs: [MergeInput], _ options: MergeOptions, isCopy: Bool
    ) throws -> [MergeInput] {
        guard !options.annotations.isEmpty else { return inputs }
        let present = try platforms(of: inputs)
        for wanted in options.annotations.compactMap(\.platform) where !present.contains(where: wanted.matches) {
            throw MergeConflict.platformAbsent(wanted: wanted, present: present)
        }
        return try inputs.map { $0.with(try $0.graph.annotated(options.annotations, includesTop: isCopy)) }
    }

    /// The last edit: by then every document that is not made here is what it will say.
    private static func converted(_ inputs: [MergeInput], to format: ImageFormat?) throws -> [MergeInput] {
        guard let format else { return inputs }
        return try inputs.map { $0.with(try $0.graph.converted(to: format)) }
    }

    static func platforms(of inputs: [MergeInput]) throws(GraphError) -> [Platform] {
        var present: Set<Platform> = []
        for input in inputs {
            present.formUnion(try ImageFinder(input.graph).all().images.compactMap(\.platform?.normalized))
        }
        return present.sorted()
    }
}
