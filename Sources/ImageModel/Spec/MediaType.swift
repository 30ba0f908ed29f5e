/// A media type, known or not. Types are compared exactly: parameters and case count.
package struct MediaType: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package static let ociIndex = MediaType("application/vnd.oci.image.index.v1+json")
    package static let ociManifest = MediaType("application/vnd.oci.image.manifest.v1+json")
    package static let ociConfig = MediaType("application/vnd.oci.image.config.v1+json")
    package static let ociEmpty = MediaType("application/vnd.oci.empty.v1+json")
    package static let ociLayer = MediaType("application/vnd.oci.image.layer.v1.tar")
    package static let ociLayerGzip = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
    package static let ociLayerZstd = MediaType("application/vnd.oci.image.layer.v1.tar+zstd")
    package static let ociNondistributable = MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar")
    package static let ociNondistributableGzip =
        MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
    package static let ociNondistributableZstd =
        MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")

    package static let dockerList = MediaType("application/vnd.docker.distribution.manifest.list.v2+json")
    package static let dockerManifest = MediaType("application/vnd.docker.distribution.manifest.v2+json")
    package static let dockerSchema1 = MediaType("application/vnd.docker.distribution.manifest.v1+json")
    package static let dockerSchema1Signed = MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws")
    package static let dockerConfig = MediaType("application/vnd.docker.container.image.v1+json")
    package static let dockerLayer = MediaType("application/vnd.docker.image.rootfs.diff.tar")
    package static let dockerLayerGzip = MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip")
    package static let dockerLayerZstd = MediaType("application/vnd.docker.image.rootfs.diff.tar.zstd")
    package static let dockerForeignLayer = MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar")
    package static let dockerForeignLayerGzip =
        MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")

    package var isIndex: Bool { self == .ociIndex || self == .dockerList }
    package var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
    package var isSchema1: Bool { self == .dockerSchema1 || self == .dockerSchema1Signed }
    package var isImageConfig: Bool { self == .ociConfig || self == .dockerConfig }

    /// A layer whose blob may rightly be absent.
    package var isForeignLayer: Bool {
        Self.foreignFamilies.contains { $0.values.contains(self) }
    }

    /// Nil when this is no layer type that we know.
    package var layerCompression: LayerCompression? {
        family?.first { $0.value == self }?.key
    }

    /// The type of the same family with that compression; nil when this is no layer type that we know or the family
    /// has none (no reader knows a foreign Docker layer in zstd).
    package func labelled(_ compression: LayerCompression) -> MediaType? {
        family?[compression]
    }

    private typealias Family = [LayerCompression: MediaType]

    private var family: Family? {
        (Self.ordinaryFamilies + Self.foreignFamilies).first { $0.values.contains(self) }
    }

    private static let ordinaryFamilies: [Family] = [
        [.none: ociLayer, .gzip: ociLayerGzip, .zstd: ociLayerZstd],
        [.none: dockerLayer, .gzip: dockerLayerGzip, .zstd: dockerLayerZstd],
    ]

    private static let foreignFamilies: [Family] = [
        [.none: ociNondistributable, .gzip: ociNondistributableGzip, .zstd: ociNondistributableZstd],
        [.none: dockerForeignLayer, .gzip: dockerForeignLayerGzip],
    ]
}

extension MediaType: CustomStringConvertible {
    package var description: String { rawValue }
}

/// How the tar of a layer is compressed, as far as its media type says.
package enum LayerCompression: String, Sendable, CaseIterable {
    case none, gzip, zstd
}

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
