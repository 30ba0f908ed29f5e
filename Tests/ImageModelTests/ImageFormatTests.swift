import Testing

@testable import ImageModel

/// Media types are translated between the formats of OCI and Docker.
struct ImageFormatTests {
    @Test(
        arguments: [
            ("an index", .ociIndex, .dockerList), ("a manifest", .ociManifest, .dockerManifest),
            ("a config", .ociConfig, .dockerConfig), ("a plain layer", .ociLayer, .dockerLayer),
            ("a gzip layer", .ociLayerGzip, .dockerLayerGzip),
            ("a plain foreign layer", .ociNondistributable, .dockerForeignLayer),
            ("a gzip foreign layer", .ociNondistributableGzip, .dockerForeignLayerGzip),
        ] as [(String, MediaType, MediaType)])
    func pairs(_ what: String, _ oci: MediaType, _ docker: MediaType) {
        for type in [oci, docker] {
            #expect(ImageFormat.oci.counterpart(of: type) == oci)
            #expect(ImageFormat.docker.counterpart(of: type) == docker)
            #expect(!ImageFormat.docker.cannotExpress(type) && !ImageFormat.oci.cannotExpress(type))
        }
    }

    @Test func zstandardIsReadInDockersFormatAndNotWritten() {
        #expect(ImageFormat.oci.counterpart(of: .dockerLayerZstd) == .ociLayerZstd)
        #expect(ImageFormat.docker.counterpart(of: .dockerLayerZstd) == .dockerLayerZstd)
        #expect(!ImageFormat.docker.cannotExpress(.dockerLayerZstd))
        for type in [MediaType.ociLayerZstd, .ociNondistributableZstd] {
            #expect(ImageFormat.docker.counterpart(of: type) == nil)
            #expect(ImageFormat.docker.cannotExpress(type))
            #expect(!ImageFormat.oci.cannotExpress(type))
        }
    }

    @Test(arguments: [
        MediaType("application/vnd.in-toto+json"), MediaType(""), .ociEmpty, .dockerSchema1,
        MediaType("application/vnd.oci.image.layer.v1.tar+gzip+encrypted"),
    ])
    func otherTypesHaveNoCounterpart(_ type: MediaType) {
        for format in ImageFormat.allCases { #expect(format.counterpart(of: type) == nil) }
    }
}
