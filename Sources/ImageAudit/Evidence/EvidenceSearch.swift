package import ByteIO
package import ImageModel
internal import Synchronization

/// How much a look may cost.
package enum EvidenceDepth: Sendable {
    /// Plain layers by their headers; compressed ones until a file settles it or enough has been decompressed.
    case bounded
    /// Every layer to its end.
    case full
}

/// Looks for evidence in the layers of one image. Nothing is extracted, nothing is changed. What cannot be read is not
/// an error here: whoever copies or verifies it will say so.
package enum EvidenceLook {
    /// What a bounded look has not read may replace what it saw, or be what a 32-bit program is the guest of: a bounded
    /// look that would contradict what is claimed goes on to the end of every layer before it does.
    package static func evidence(of image: ImageContents, depth: EvidenceDepth) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, depth)
        let evidence = try reading.evidence()
        guard depth == .bounded, image.claims.contains(where: { evidence.contradicts($0) }) else { return evidence }
        var whole = LayerReading(image, .full)
        return try whole.evidence()
    }

    /// Of several images, on as many threads as there are jobs.
    package static func evidence(
        of images: [ImageContents], depth: EvidenceDepth, jobs: Int
    ) throws -> [Evidence] {
        let found = Mutex([Evidence](repeating: Evidence(witnesses: []), count: images.count))
        try Threads.forEach(images.count, jobs: jobs) { number in
            let evidence = try evidence(of: images[number], depth: depth)
            found.withLock { $0[number] = evidence }
        }
        return found.withLock { $0 }
    }

    /// The same from listings that were made while the layers passed, the lowest first. Where there is none the layer is
    /// read now if that is cheap: plain, and in a file.
    package static func evidence(
        of image: ImageContents, listings: [LayerListing?]
    ) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, .full)
        return try reading.evidence(given: listings)
    }
}

/// An image, as far as its executables matter.
package struct ImageContents: Sendable {
    package struct Layer: Sendable {
        package let digest: Digest
        /// nil: not here.
        package let source: (any ByteSource)?

        package init(digest: Digest, source: (any ByteSource)?) {
            self.digest = digest
            self.source = source
        }

        /// Without asking for it from somewhere else.
        var canBeReadAgain: Bool { !(source is MeasuredBlob) && !(source is any RegistryContent) }
    }

    /// The lowest first.
    package let layers: [Layer]
    package let config: ConfigView
    /// What is said of it: by the config, unless somebody knows better, and by the index that names it.
    package let claims: [Platform?]

    package init(layers: [Layer], config: ConfigView, claimed: Platform? = nil, stated: Platform? = nil) {
        self.layers = layers
        self.config = config
        let claim = claimed ?? config.platform ?? stated
        claims = [claim] + (stated.map { [$0] } ?? [])
    }

    /// nil when the graph lacks the manifest or the config.
    package init?(
        _ manifest: Digest, in graph: ImageGraph, claimed: Platform? = nil, stated: Platform? = nil
    ) throws(GraphError) {
        guard let view = graph.manifest(manifest), let config = graph.config(view.config.digest)
        else { return nil }
        self.init(
            layers: view.layers.map { Layer(digest: $0.digest, source: graph.blobs[$0.digest]) }, config: config,
            claimed: claimed, stated: stated)
    }
}
