import Testing

@testable import ImageModel

struct MediaTypeTests {
    @Test(
        arguments: [
            (.ociLayer, .none), (.ociLayerGzip, .gzip), (.ociLayerZstd, .zstd),
            (.dockerLayer, .none), (.dockerLayerGzip, .gzip), (.dockerLayerZstd, .zstd),
            (.ociNondistributable, .none), (.ociNondistributableGzip, .gzip), (.ociNondistributableZstd, .zstd),
            (.dockerForeignLayer, .none), (.dockerForeignLayerGzip, .gzip),
        ] as [(MediaType, LayerCompression)])
    func knowsLayers(_ type: MediaType, _ compression: LayerCompression) {
        #expect(type.layerCompression == compression)
        #expect(type.labelled(compression) == type)
    }

    @Test(arguments: [
        MediaType.ociConfig, .ociEmpty, .ociIndex, "application/octet-stream", "",
        "application/vnd.oci.image.layer.v1.tar+gzip; charset=utf-8", "application/vnd.OCI.image.layer.v1.tar+gzip",
    ])
    func otherTypesAreNotLayers(_ type: MediaType) {
        #expect(type.layerCompression == nil)
        #expect(type.labelled(.gzip) == nil)
        #expect(!type.isForeignLayer)
    }

    @Test func relabelsWithinAFamily() {
        #expect(MediaType.ociLayer.labelled(.zstd) == .ociLayerZstd)
        #expect(MediaType.dockerLayerZstd.labelled(.none) == .dockerLayer)
        #expect(MediaType.dockerLayer.labelled(.gzip)?.rawValue == "application/vnd.docker.image.rootfs.diff.tar.gzip")
        #expect(MediaType.ociNondistributable.labelled(.gzip) == .ociNondistributableGzip)
        #expect(MediaType.dockerForeignLayer.labelled(.zstd) == nil)
    }

    @Test func classifiesTypes() {
        #expect(MediaType.ociIndex.isIndex && MediaType.dockerList.isIndex && !MediaType.ociManifest.isIndex)
        #expect(MediaType.ociManifest.isManifest && MediaType.dockerManifest.isManifest)
        #expect(!MediaType.dockerList.isManifest && !MediaType.dockerSchema1.isManifest)
        #expect(MediaType.dockerSchema1.isSchema1 && MediaType.dockerSchema1Signed.isSchema1)
        #expect(!MediaType.dockerManifest.isSchema1)
        #expect(MediaType.ociConfig.isImageConfig && MediaType.dockerConfig.isImageConfig)
        #expect(!MediaType.ociEmpty.isImageConfig)
        #expect(MediaType.dockerForeignLayerGzip.isForeignLayer && MediaType.ociNondistributableZstd.isForeignLayer)
        #expect(!MediaType.ociLayer.isForeignLayer)
    }
}

extension MediaType: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
}
