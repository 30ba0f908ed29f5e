/// A media type, known or not. Types are compared exactly: parameters and case count.
package struct MediaType: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.init(rawValue)
    }

    /// A known type shares the text of its constant: a large index names the same few types many thousand times.
    package init(_ text: String) {
        let known = Self.knownTexts
        rawValue = known.firstIndex(of: text).map { known[$0] } ?? text
    }

    private init(known text: String) { rawValue = text }

    package static let ociIndex = MediaType(known: "application/vnd.oci.image.index.v1+json")
    package static let ociManifest = MediaType(known: "application/vnd.oci.image.manifest.v1+json")
    package static let ociConfig = MediaType(known: "application/vnd.oci.image.config.v1+json")
    package static let ociEmpty = MediaType(known: "application/vnd.oci.empty.v1+json")
    package static let ociLayer = MediaType(known: "application/vnd.oci.image.layer.v1.tar")
    package static let ociLayerGzip = MediaType(known: "application/vnd.oci.image.layer.v1.tar+gzip")
    package static let ociLayerZstd = MediaType(known: "application/vnd.oci.image.layer.v1.tar+zstd")
    package static let ociNondistributable = MediaType(known: "application/vnd.oci.image.layer.nondistributable.v1.tar")
    package static let ociNondistributableGzip =
        MediaType(known: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
    package static let ociNondistributableZstd =
        MediaType(known: "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")

    package static let dockerList = MediaType(known: "application/vnd.docker.distribution.manifest.list.v2+json")
    package static let dockerManifest = MediaType(known: "application/vnd.docker.distribution.manifest.v2+json")
    package static let dockerSchema1 = MediaType(known: "application/vnd.docker.distribution.manifest.v1+json")
    package static let dockerSchema1Signed = MediaType(
        known: "application/vnd.docker.distribution.manifest.v1+prettyjws")
    package static let dockerConfig = MediaType(known: "application/vnd.docker.container.image.v1+json")
    package static let dockerLayer = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar")
    package static let dockerLayerGzip = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar.gzip")
    package static let dockerLayerZstd = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar.zstd")
    package static let dockerForeignLayer = MediaType(known: "application/vnd.docker.image.rootfs.foreign.diff.tar")
    package static let dockerForeignLayerGzip =
        MediaType(known: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")

    private static let knownTexts: Set<String> = {
        let known: [MediaType] = [
            .ociIndex, .ociManifest, .ociConfig, .ociEmpty, .ociLayer, .ociLayerGzip, .ociLayerZstd,
            .ociNondistributable, .ociNondistributableGzip, .ociNondistributableZstd, .dockerList,
            .dockerManifest, .dockerSchema1, .dockerSchema1Signed, .dockerConfig, .dockerLayer,
            .dockerLayerGzip, .dockerLayerZstd, .dockerForeignLayer, .dockerForeignLayerGzip,
        ]
        return Set(known.map(\.rawValue))
    }()

    package var isIndex: Bool { self == .ociIndex || self == .dockerList }
    package var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
    package var isSchema1: Bool { self == .dockerSchema1 || self == .dockerSchema1Signed }
    package var isImageConfig: Bool { self == .ociConfig || self == .dockerConfig }

    /// The kinds of content of an image.
    package enum Kind: Sendable { case index, manifest, config, layer }

    /// `nil` if the type is unknown.
    package var kind: Kind? {
        if isIndex { return .index }
        if isManifest { return .manifest }
        if isImageConfig { return .config }
        return layerCompression == nil ? nil : .layer
    }

    /// Whether this is a type of JSON, XML or text, which no layer of an image is.
    package var isDocument: Bool {
        ["+json", "/json", "+xml", "/xml"].contains(where: rawValue.hasSuffix) || rawValue.hasPrefix("text/")
    }

    /// Whether the bytes of a layer of this type cannot be read without a key.
    package var isEncrypted: Bool { rawValue.hasSuffix("+encrypted") }

    /// Whether this is a layer type whose blob may rightly be absent.
    package var isForeignLayer: Bool {
        Self.foreignFamilies.contains { $0.values.contains(self) }
    }

    /// `nil` if this is no known layer type.
    package var layerCompression: LayerCompression? {
        family?.first { $0.value == self }?.key
    }

    /// The type of the same family with that compression. `nil` if this is no known layer type, or if the family has
    /// none (no reader knows a foreign Docker layer in zstd).
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

/// The compression of a layer's tar that a media type can state. Pure: planning imports no ByteIO.
package enum LayerCompression: String, Sendable, CaseIterable {
    case none, gzip, zstd
}

/// The two formats of one image model. Their documents differ in their media types.
package enum ImageFormat: String, Sendable, CaseIterable {
    case oci, docker

    package var index: MediaType { self == .oci ? .ociIndex : .dockerList }
    package var manifest: MediaType { self == .oci ? .ociManifest : .dockerManifest }

    /// The media type of this format for the same content. `nil` if this format has none, or if `type` belongs to
    /// neither format.
    package func counterpart(of type: MediaType) -> MediaType? {
        // Read and never written: containers/image refuses it, and so did containerd before 2.0.
        if type == .dockerLayerZstd { return self == .oci ? .ociLayerZstd : type }
        for (oci, docker) in Self.pairs where type == oci || type == docker {
            return self == .oci ? oci : docker
        }
        return nil
    }

    /// Whether no image of this format can have a layer of that type.
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
