internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// Plans a merge, compresses the layers that the plan shall hold otherwise, and plans it again with what they became.
final class LayerCompressing {
    /// What was done, or would be.
    struct Summary: Sendable {
        let compression: LayerCompression
        /// Before.
        let layers: [LayerToRecode]
        /// nil: nothing was carried out.
        let bytesAfter: Int64?

        var bytesBefore: Int64 { layers.totalSize(\.size) }
        /// Digests of what names these layers are not known yet.
        var isPending: Bool { bytesAfter == nil && !layers.isEmpty }
    }

    private let wish: CompressionWish?
    private let jobs: Int
    /// nil: nothing shall be carried out.
    private let spool: SpoolDirectory?
    private let bar: ProgressBar?
    /// nil: nobody asked for it.
    private(set) var summary: Summary?

    init(_ request: MergeRequest, spool: SpoolDirectory? = nil, bar: ProgressBar? = nil) {
        wish = request.compression
        jobs = request.jobs.threads
        self.spool = spool
        self.bar = bar
    }

    /// `planned` refuses before any work what cannot be; it is told which layers are, or would be, compressed. Those are
    /// chosen from what `choosing` gives, or else from the plan itself.
    func plan(
        _ options: MergeOptions, choosing: ((MergeOptions) throws -> MergeOutcome)?,
        _ planned: (MergeOptions, Set<Digest>) throws -> MergeOutcome
    ) throws -> MergeOutcome {
        guard let wish else { return try planned(options, []) }
        var first = options
        if wish.recompresses { first.recompression = wish.method.layer }
        var outcome = try planned(first, [])
        let choice = try RecodingChoice(
            try choosing?(first).plan ?? outcome.plan, to: wish.method.layer, includesCompressed: wish.recompresses)
        let recoded = try carriedOut(choice.layers, wish)
        if !choice.layers.isEmpty {
            var second = recoded == nil ? first : options
            second.recodings = recoded ?? [:]
            outcome = try planned(second, Set(choice.layers.map(\.digest)))
        }
        outcome.notes += choice.notes
        summary = Summary(
            compression: wish.method.layer, layers: choice.layers,
            bytesAfter: recoded.map { $0.values.totalSize(\.size) })
        return outcome
    }

    private func carriedOut(
        _ layers: [LayerToRecode], _ wish: CompressionWish
    ) throws -> [Digest: RecodedLayer]? {
        guard let spool, let bar else { return nil }
        bar.begin(wish.method == .none ? "unpacking" : "compressing", total: layers.totalSize(\.size))
        return try LayerRecoding(wish.recipe, into: spool, jobs: jobs).run(layers) { bar.advance($0) }
    }
}

extension CompressionWish.Method {
    fileprivate var layer: LayerCompression {
        switch self {
        case .none: .none
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
