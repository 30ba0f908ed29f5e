package import ByteIO
package import ImageModel
internal import Synchronization

/// Verifies images whose blobs are read for another purpose. A blob is measured while its bytes pass. Blobs that
/// nothing has read are read for the findings. No blob is decompressed twice.
package final class ContentProof: Sendable {
    private let graph: ImageGraph
    /// By which algorithms the content of each blob is hashed; empty if it is not decompressed.
    private let contents: [Digest: Set<Digest.Algorithm>]
    private let measured: Mutex<[Digest: MeasuredBlob]>
    private let listings = FileBudget(limit: LayerListing.sumLimit)

    /// `recoded` are blobs that were measured while they were made.
    package init(_ graph: ImageGraph, recoded: RecodingProof? = nil) {
        self.graph = graph
        contents = GraphSurvey(graph, told: []).uses.mapValues(BlobAudit.algorithms)
        measured = Mutex(recoded?.blobs ?? [:])
    }

    /// The same bytes, measured whenever they are read to their end.
    package func observed(_ digest: Digest, _ source: any ByteSource) -> any ByteSource {
        if isMeasured(digest) { return source }
        return ObservedBytes(source) { [self] reader in
            if isMeasured(digest) { return }
            // Bytes that were not read to their end are measured later.
            _ = try? measure(digest, reader, of: source, CopyCrew())
        }
    }

    /// Reads blobs now, on as many threads as there are jobs.
    package func measure(
        _ blobs: [WritePlan.Blob], threads: Int, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) {
        let blobs = blobs.filter { !isMeasured($0.digest) }
        let crew = CopyCrew()
        try crew.forEach(blobs.count, jobs: threads) { [self] (number, _) throws(IOFailure) in
            let blob = blobs[number]
            try measure(blob.digest, try blob.source.open(), of: blob.source, crew, progress: progress)
        }
    }

    /// `begin` gets the number of bytes that are still to be read, `progress` the number of bytes that were read since.
    package func findings(
        threads: Int, begin: (Int64) -> Void = { _ in }, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) -> [Finding] {
        var graph = graph
        for (digest, blob) in measured.withLock({ $0 }) where !isReadAgain(digest, blob) { graph.blobs[digest] = blob }
        return try Verification.run(
            AuditSubject(graph: graph), threads: threads, begin: begin, progress: progress
        ).findings
    }

    /// Whether the layer is read a second time, because the sum of the listings exceeded the limit before its own was kept.
    /// A file that a sink has taken over is not there any more.
    private func isReadAgain(_ digest: Digest, _ blob: MeasuredBlob) -> Bool {
        guard blob.listed?.isDropped == true, let traits = graph.blobs[digest]?.traits else { return false }
        return traits.isRereadable && traits.adoptableFile == nil
    }

    private func isMeasured(_ digest: Digest) -> Bool { measured.withLock { $0[digest] != nil } }

    private func measure(
        _ digest: Digest, _ reader: any ByteReader, of source: any ByteSource, _ crew: CopyCrew,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(IOFailure) {
        let content = contents[digest] ?? []
        let blob = try crew.measured(
            reader, path: source.path, size: source.size, [digest.algorithm], content: content, listings,
            progress: progress)
        measured.withLock { $0[digest] = blob }
    }
}

/// The measures of layers that are compressed again, before and after. Their content is the same.
package final class RecodingProof: RecodingObserver {
    private struct State {
        var listings: [Digest: ListedFiles] = [:]
        /// Layers whose content was read to its end by this observer.
        var seen: Set<Digest> = []
        var blobs: [Digest: MeasuredBlob] = [:]
    }

    private let state = Mutex(State())
    private let listings = FileBudget(limit: LayerListing.sumLimit)

    package init() {}

    var blobs: [Digest: MeasuredBlob] { state.withLock(\.blobs) }

    package func read(_ content: any ByteReader, contentOf layer: LayerToRecode) {
        let listed = ListedFiles(reading: content, path: layer.source.path, budget: listings)
        state.withLock {
            $0.listings[layer.digest] = listed
            $0.seen.insert(layer.digest)
        }
    }

    package func note(_ layer: LayerToRecode, _ outcome: BlobRecoder.Outcome) {
        state.withLock { state in
            let listed = state.listings.removeValue(forKey: layer.digest)
            func measured(_ measure: BlobMeasure) -> MeasuredBlob {
                MeasuredBlob(path: layer.source.path, measure: measure, listed: listed, start: [])
            }
            if outcome.file == nil {
                state.blobs[layer.digest] = measured(outcome.stored)
                return
            }
            // Without a thread for the listing the layer is read again.
            guard state.seen.contains(layer.digest), let recoded = outcome.recoded,
                let sha256 = recoded.digest(.sha256)
            else { return }
            state.blobs[layer.digest] = measured(outcome.stored)
            state.blobs[sha256] = measured(recoded)
        }
    }
}
