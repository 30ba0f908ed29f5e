/// A media type, known or not. Types are compared exactly: parameters and case count.
package struct MediaType: RawRepresentable, Hashable, Sendable {
    /// A known type is a number instead of a text: a large index names the same few types many thousand times.
    /// Other types are kept apart, so that a media type has the size of a pointer.
    private enum Text: Hashable {
        case known(Known)
        case other(Other)
    }

    private final class Other: Hashable, Sendable {
        let text: String

        init(_ text: String) { self.text = text }

        static func == (left: Other, right: Other) -> Bool { left.text == right.text }

        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    private let text: Text

    package var rawValue: String {
        switch text {
        case .known(let known): known.rawValue
        case .other(let other): other.text
        }
    }

    package init(rawValue: String) {
        self.init(rawValue)
    }

    package init(_ text: String) {
        self.text = Self.knownTexts[text].map(Text.known) ?? .other(Other(text))
    }

    private init(known: Known) { text = .known(known) }

    package static func == (left: MediaType, right: MediaType) -> Bool { left.text == right.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    private enum Known: String, CaseIterable {
        case ociIndex = "application/vnd.oci.image.index.v1+json"
        case ociManifest = "application/vnd.oci.image.manifest.v1+json"
        case ociConfig = "application/vnd.oci.image.config.v1+json"
        case ociEmpty = "application/vnd.oci.empty.v1+json"
        case ociLayer = "application/vnd.oci.image.layer.v1.tar"
        case ociLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip"
        case ociLayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd"
        case ociNondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar"
        case ociNondistributableGzip = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
        case ociNondistributableZstd = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
        case dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"
        case dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
        case dockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json"
        case dockerSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        case dockerConfig = "application/vnd.docker.container.image.v1+json"
        case dockerLayer = "application/vnd.docker.image.rootfs.diff.tar"
        case dockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip"
        case dockerLayerZstd = "application/vnd.docker.image.rootfs.diff.tar.zstd"
        case dockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar"
        case dockerForeignLayerGzip = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    }

    package static var ociIndex: MediaType { MediaType(known: .ociIndex) }
    package static var ociManifest: MediaType { MediaType(known: .ociManifest) }
    package static var ociConfig: MediaType { MediaType(known: .ociConfig) }
    package static var ociEmpty: MediaType { MediaType(known: .ociEmpty) }
    package static var ociLayer: MediaType { MediaType(known: .ociLayer) }
    package static var ociLayerGzip: MediaType { MediaType(known: .ociLayerGzip) }
    package static var ociLayerZstd: MediaType { MediaType(known: .ociLayerZstd) }
    package static var ociNondistributable: MediaType { MediaType(known: .ociNondistributable) }
    package static var ociNondistributableGzip: MediaType { MediaType(known: .ociNondistributableGzip) }
    package static var ociNondistributableZstd: MediaType { MediaType(known: .ociNondistributableZstd) }
    package static var dockerList: MediaType { MediaType(known: .dockerList) }
    package static var dockerManifest: MediaType { MediaType(known: .dockerManifest) }
    package static var dockerSchema1: MediaType { MediaType(known: .dockerSchema1) }
    package static var dockerSchema1Signed: MediaType { MediaType(known: .dockerSchema1Signed) }
    package static var dockerConfig: MediaType { MediaType(known: .dockerConfig) }
    package static var dockerLayer: MediaType { MediaType(known: .dockerLayer) }
    package static var dockerLayerGzip: MediaType { MediaType(known: .dockerLayerGzip) }
    package static var dockerLayerZstd: MediaType { MediaType(known: .dockerLayerZstd) }
    package static var dockerForeignLayer: MediaType { MediaType(known: .dockerForeignLayer) }
    package static var dockerForeignLayerGzip: MediaType { MediaType(known: .dockerForeignLayerGzip) }

    private static let knownTexts = Dictionary(uniqueKeysWithValues: Known.allCases.map { ($0.rawValue, $0) })

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
    package var isForeignLayer: Bool { layer?.family.isForeign ?? false }

    /// `nil` if this is no known layer type.
    package var layerCompression: LayerCompression? { layer?.compression }

    /// The type of the same family with that compression. `nil` if this is no known layer type, or if the family has
    /// none (no reader knows a foreign Docker layer in zstd).
    package func labelled(_ compression: LayerCompression) -> MediaType? { layer?.family[compression] }

    /// The layer types that differ in their compression alone.
    private enum Family {
        case oci, docker, foreignOCI, foreignDocker

        var isForeign: Bool { self == .foreignOCI || self == .foreignDocker }

        subscript(compression: LayerCompression) -> MediaType? {
            switch (self, compression) {
            case (.oci, .none): .ociLayer
            case (.oci, .gzip): .ociLayerGzip
            case (.oci, .zstd): .ociLayerZstd
            case (.docker, .none): .dockerLayer
            case (.docker, .gzip): .dockerLayerGzip
            case (.docker, .zstd): .dockerLayerZstd
            case (.foreignOCI, .none): .ociNondistributable
            case (.foreignOCI, .gzip): .ociNondistributableGzip
            case (.foreignOCI, .zstd): .ociNondistributableZstd
            case (.foreignDocker, .none): .dockerForeignLayer
            case (.foreignDocker, .gzip): .dockerForeignLayerGzip
            case (.foreignDocker, .zstd): nil
            }
        }
    }

    /// `nil` if this is no known layer type. Asked several times for each layer of each image.
    private var layer: (family: Family, compression: LayerCompression)? {
        guard case .known(let known) = text else { return nil }
        return switch known {
        case .ociLayer: (.oci, .none)
        case .ociLayerGzip: (.oci, .gzip)
        case .ociLayerZstd: (.oci, .zstd)
        case .dockerLayer: (.docker, .none)
        case .dockerLayerGzip: (.docker, .gzip)
        case .dockerLayerZstd: (.docker, .zstd)
        case .ociNondistributable: (.foreignOCI, .none)
        case .ociNondistributableGzip: (.foreignOCI, .gzip)
        case .ociNondistributableZstd: (.foreignOCI, .zstd)
        case .dockerForeignLayer: (.foreignDocker, .none)
        case .dockerForeignLayerGzip: (.foreignDocker, .gzip)
        case .ociIndex, .ociManifest, .ociConfig, .ociEmpty, .dockerList, .dockerManifest, .dockerSchema1,
            .dockerSchema1Signed, .dockerConfig:
            nil
        }
    }
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
