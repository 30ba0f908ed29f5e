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
        guard let view = try graph.manifest(ifManifest: manifest), let config = try graph.config(view.config.digest)
        else { return nil }
        self.init(
            layers: view.layers.map { Layer(digest: $0.digest, source: graph.blobs[$0.digest]) }, config: config,
            claimed: claimed, stated: stated)
    }
}
