package import ByteIO
package import ImageModel

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
    }

    /// The lowest first.
    package let layers: [Layer]
    package let config: ConfigView

    package init(layers: [Layer], config: ConfigView) {
        self.layers = layers
        self.config = config
    }

    /// nil when the graph lacks the manifest or the config.
    package init?(_ manifest: Digest, in graph: ImageGraph) throws(GraphError) {
        guard let view = try graph.manifest(ifManifest: manifest), let config = try graph.config(view.config.digest)
        else { return nil }
        self.init(
            layers: view.layers.map { Layer(digest: $0.digest, source: graph.blobs[$0.digest]) }, config: config)
    }
}

/// How much a look may cost.
package enum EvidenceDepth: Sendable {
    /// Plain layers by their headers; compressed ones until a file settles it or enough has been decompressed.
    case bounded
    /// Every layer to its end.
    case full
}

/// Looks for evidence in the layers of one image. Nothing is extracted, nothing is changed.
package enum EvidenceLook {
    package static func evidence(of image: ImageContents, depth: EvidenceDepth) throws(IOFailure) -> Evidence {
        Evidence(witnesses: [])
    }

    /// The same from listings that were made while the layers passed, the lowest first; nil: unreadable or absent.
    package static func evidence(
        of image: ImageContents, listings: [LayerListing?]
    ) throws(IOFailure) -> Evidence {
        Evidence(witnesses: [])
    }
}
