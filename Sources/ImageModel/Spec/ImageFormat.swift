/// The two formats of one image model: their documents differ in the media types that they say.
package enum ImageFormat: String, Sendable, CaseIterable {
    case oci, docker

    package var index: MediaType { self == .oci ? .ociIndex : .dockerList }
    package var manifest: MediaType { self == .oci ? .ociManifest : .dockerManifest }

    /// What this format calls the same content. Nil: it has no name for it, or this is no type of either format.
    package func counterpart(of type: MediaType) -> MediaType? {
        // Read and never written: containers/image refuses it, and so did containerd before 2.0.
        if type == .dockerLayerZstd { return self == .oci ? .ociLayerZstd : type }
        for (oci, docker) in Self.pairs where type == oci || type == docker {
            return self == .oci ? oci : docker
        }
        return nil
    }

    /// A layer that no image of this format can have.
    package func cannotExpress(_ type: MediaType) -> Bool {
        self == .docker && (type == .ociLayerZstd || type == .ociNondistributableZstd)
    }

    private static let pairs: [(oci: MediaType, docker: MediaType)] = [
        (.ociIndex, .dockerList),
        (.ociManifest, .dockerManifest),
        (.ociConfig, .dockerConfig),
        (.ociLayer, .dockerLayer),
        (.ociLayerGzip, .dockerLayerGzip),
        (.ociNondistributable, .dockerForeignLayer),
        (.ociNondistributableGzip, .dockerForeignLayerGzip),
    ]
}
