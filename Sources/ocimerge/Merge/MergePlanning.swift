internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// Plans the result of a merge or pack for its destination, before and after layers are recompressed. Nothing is written.
struct MergePlanning {
    /// A plan before and after it was fitted to the destination.
    struct Planned {
        let outcome: MergeOutcome
        let fitted: FittedPlan
        /// Notes about layers that keep their compression.
        var layerNotes: [PlanNote] = []
    }

    let request: MergeRequest
    let destination: any Destination
    let options: MergeOptions
    /// The blobs that the receiver of an increment has; `nil` if nothing is left out.
    let known: BlobList?

    /// The first plan. Layers keep their compression in it.
    func first(_ inputs: [MergeInput]) throws(CommandError) -> Planned { try planned(inputs, firstOptions) }

    /// Refuses content that the destination cannot hold. `replaced` are layers that will have other digests.
    private func planned(
        _ inputs: [MergeInput], _ options: MergeOptions, replacing replaced: Set<Digest> = []
    ) throws(CommandError) -> Planned {
        let outcome = try CommandError.checked { () throws(PlanError) in
            try self.outcome(inputs, options, replacing: replaced)
        }
        return try CommandError.checked { () throws(DestinationError) in
            Planned(outcome: outcome, fitted: try destination.fitted(outcome))
        }
    }

    private func outcome(
        _ inputs: [MergeInput], _ options: MergeOptions, replacing replaced: Set<Digest>
    ) throws(PlanError) -> MergeOutcome {
        var outcome = try Increment.plan(inputs, options, over: known?.without(replaced), reuses: request.reuse)
        if destination.traits.needsNames, outcome.images.contains(where: \.labels.isEmpty) {
            throw .conflict(.unnamedUpdate)
        }
        outcome =
            request.referrers
            ? try Referrers.following(outcome, from: inputs, allowsIncomplete: request.allowsIncomplete)
            : Referrers.leftBehind(outcome, from: inputs)
        if destination.traits.needsWholeImages { try outcome.plan.requireWholeImages(from: inputs) }
        return outcome
    }

    // MARK: - Recompress

    /// The options of the plan before layers are recompressed.
    private var firstOptions: MergeOptions {
        var first = options
        if let option = request.compression, option.recompresses { first.recompression = option.compression }
        return first
    }

    /// Which layers are recompressed depends on the base only with `--reuse`: digests would depend on the base otherwise.
    func layers(
        for option: CompressionOption, of plan: Planned, _ inputs: [MergeInput]
    ) throws(CommandError) -> LayersToRecode {
        var whole = plan.outcome
        if known != nil, !request.reuse {
            whole = try CommandError.checked { () throws(PlanError) in try Merge.plan(inputs, firstOptions) }
        }
        return LayersToRecode(whole.plan, to: option.compression, includesCompressed: option.recompresses)
    }

    /// The plan with the new layers. `recoded` is `nil` in a dry run: then only the old layers are left out.
    func replanned(
        _ plan: Planned, _ inputs: [MergeInput], _ layers: LayersToRecode, _ recoded: [Digest: RecodedLayer]?
    ) throws(CommandError) -> Planned {
        var plan = plan
        if !layers.layers.isEmpty {
            var second = recoded == nil ? firstOptions : options
            second.recodings = recoded ?? [:]
            plan = try planned(inputs, second, replacing: Set(layers.layers.map(\.digest)))
        }
        plan.layerNotes = layers.notes
        return plan
    }
}
