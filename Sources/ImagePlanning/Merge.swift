internal import ImageModel

/// Decides what comes out of a set of sources. Pure: no file, no clock, no network; the same sources give the same plan
/// in any order.
package enum Merge {
    package static func plan(_ inputs: [MergeInput], _ options: MergeOptions) throws -> MergeOutcome {
        let edited = try inputs.map { input in
            let graph = try input.graph.corrected(input.corrections).graph.relabelled().recoded(options.recodings)
            guard let platform = input.declared else { return input.with(graph) }
            return input.with(try graph.retargeted(to: platform, source: input.source))
        }
        let isCopy = try SourceCopy.suffices(edited, options)
        let ready = try annotated(edited, options, isCopy: isCopy)
        var outcome = try isCopy ? SourceCopy(ready[0], options).outcome() : SourceJoin(ready, options).outcome()
        outcome.notes = try outdatedAttestations(before: inputs, after: edited, options) + outcome.notes
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

    /// An attestation's own text speaks of a digest that an edit has changed.
    private static func outdatedAttestations(
        before: [MergeInput], after: [MergeInput], _ options: MergeOptions
    ) throws(GraphError) -> [MergeNote] {
        var notes: [MergeNote] = []
        for (old, new) in zip(before, after) where old.isEdited || !options.recodings.isEmpty {
            let kept = Set(try ImageFinder(old.graph).all().images.map(\.manifest))
            for image in try ImageFinder(new.graph).all().images where !image.attestations.isEmpty {
                guard !kept.contains(image.manifest), let platform = image.platform else { continue }
                notes.append(.attestationOutdated(source: old.source, platform))
            }
        }
        return notes
    }

    static func platforms(of inputs: [MergeInput]) throws(GraphError) -> [Platform] {
        var present: Set<Platform> = []
        for input in inputs {
            present.formUnion(try ImageFinder(input.graph).all().images.compactMap(\.platform?.normalized))
        }
        return present.sorted()
    }
}
