internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import ImageSources

/// The downloads of a run from registries into files. Success removes them; after a failure the next run goes on with
/// them.
struct LastingDownloads {
    private let downloads: BlobDownloads

    /// `nil` if the run reads no registry, or if nothing can be kept. A warning says why.
    init?(_ request: MergeRequest, _ destination: any Destination, readsRegistry: Bool, _ console: Console) {
        guard readsRegistry, let place = destination.partialPlace else { return nil }
        let directory: PartialDirectory
        do throws(PartialDirectory.Refusal) {
            if request.isFresh, let failure = try PartialDirectory(existing: place)?.remove() { throw .io(failure) }
            directory = try PartialDirectory(creating: place)
        } catch {
            console.warn(PartialMessage.sentence(for: error, place.path))
            return nil
        }
        downloads = BlobDownloads(into: directory, for: request.output)
        let isCopied = destination.traits.form != .layout
        console.announce(keeping: { hasResult in
            if hasResult {
                directory.remove()
                return nil
            }
            let size = directory.settle()
            if size == 0 { return nil }
            let lacksSpace = isCopied && directory.freeSpace.map { $0 < size ?? 0 } ?? false
            return PartialMessage.kept(size, directory.path, lacksSpace: lacksSpace)
        })
    }

    /// The source with blobs that can be downloaded.
    func downloadable(_ source: Source) -> Source {
        guard source.reference.registry != nil else { return source }
        var source = source
        source.graph.blobs = downloads.downloadable(source.graph.blobs)
        return source
    }

    /// Downloads the blobs of a plan that neither this machine nor the destination has.
    func run(
        _ plan: FittedPlan, held: (any BlobLookup)?, jobs: Int, _ bar: ProgressBar
    ) throws(CommandError) {
        try CommandError.checked { () throws(SinkError) in
            let missing = try downloads.missing(plan.plan, held: held)
            if missing.isEmpty { return }
            bar.begin("pulling", total: missing.totalSize(\.size))
            let images = ImageProgress(plan, blobs: missing, bar)
            try downloads.run(missing, jobs: jobs, observer: images) { bar.advance($0) }
        }
    }

    /// Removes what this run, or an earlier one to the same destination, has kept.
    static func remove(_ downloads: LastingDownloads?, of destination: any Destination, _ console: Console) {
        if let downloads {
            console.warn(leftover: downloads.downloads.remove())
        } else if let place = destination.partialPlace, let old = try? PartialDirectory(existing: place) {
            console.warn(leftover: old.remove())
        }
        console.announce(keeping: { _ in nil })
    }
}
