import ByteIO
import ImageAudit
import ImageModel
import TestSupport

extension VerificationTests {
    /// Cases with damaged blobs or wrong content of layers.
    static let contents: [Case] = [
        Case(
            "a layer is cut off",
            AuditSubject(graph: with(layer, Array(amd64.layers[1].bytes.dropLast(512)), graph(amd64))),
            ["error size index.json → manifests[0] → layers[1]"]),
        Case(
            "layers are swapped",
            AuditSubject(
                graph: with(
                    layer, amd64.layers[0].bytes,
                    with(amd64.layers[0].descriptor.digest, amd64.layers[1].bytes, graph(amd64)))),
            [
                "error digest index.json → manifests[0] → layers[0]",
                "error digest index.json → manifests[0] → layers[1]",
            ]),
        Case(
            "a blob that two images share is reported once",
            AuditSubject(graph: with(amd64.layers[0].descriptor.digest, amd64.layers[1].bytes, pair())),
            ["error digest \(nested)[0] → layers[0]"]),
        Case(
            "a descriptor states a wrong size", AuditSubject(graph: claiming(7)),
            ["error size index.json → manifests[0]"]),
        Case(
            "one of two descriptors states a wrong size for content that is no document",
            AuditSubject(graph: twice(base, sizes: [Int64(base.count), 7])),
            ["error size index.json → manifests[1]"]),
        Case(
            "a plain layer under a gzip label",
            AuditSubject(graph: image(config: config([Digest(of: base)]), layers: [(.ociLayerGzip, base)])),
            ["error mislabelled index.json → manifests[0] → layers[0]"]),
        Case(
            "a gzip layer under a zstd label",
            AuditSubject(graph: image(config: config([Digest(of: [])]), layers: [(.ociLayerZstd, emptyGzip)])),
            ["error mislabelled index.json → manifests[0] → layers[0]"]),
        Case(
            "one of two media types of the same bytes is wrong",
            AuditSubject(
                graph: both(
                    image(config: config([Digest(of: [])]), layers: [(.ociLayerGzip, emptyGzip)]),
                    image(config: config([Digest(of: [])]), layers: [(.ociLayer, emptyGzip)]))),
            ["error mislabelled index.json → manifests[1] → layers[0]"]),
        Case(
            "damage under two media types is reported once",
            AuditSubject(
                graph: both(
                    image(config: config([Digest(of: [])]), layers: [(.ociLayerGzip, emptyGzip.dropLast(4))]),
                    image(config: config([Digest(of: [])]), layers: [(.dockerLayerGzip, emptyGzip.dropLast(4))]))),
            ["error damagedCompression index.json → manifests[0] → layers[0]"]),
        Case(
            "compressed data that ends early",
            AuditSubject(
                graph: image(config: config([Digest(of: [])]), layers: [(.ociLayerGzip, emptyGzip.dropLast(4))])),
            ["error damagedCompression index.json → manifests[0] → layers[0]"]),
        Case(
            "a layer that is no tar",
            AuditSubject(
                graph: image(config: config([Digest(of: bytes("text"))]), layers: [(.ociLayer, bytes("text"))])),
            ["error notATar index.json → manifests[0] → layers[0]"]),
        Case(
            "content that does not match the config",
            AuditSubject(graph: image(config: config([Digest(of: app)]), layers: [(.ociLayer, base)])),
            ["error diffID index.json → manifests[0] → layers[0]"]),
        Case(
            "content that does not match a diffID of another algorithm",
            AuditSubject(
                graph: image(config: config([Digest(of: app, algorithm: .sha512)]), layers: [(.ociLayer, base)])),
            ["error diffID index.json → manifests[0] → layers[0]"]),
        Case(
            "content that matches a diffID of another algorithm",
            AuditSubject(
                graph: image(config: config([Digest(of: base, algorithm: .sha512)]), layers: [(.ociLayer, base)])), []),
        Case(
            "a layer that two configs name with different algorithms, one of them wrong",
            AuditSubject(
                graph: both(
                    image(config: config([Digest(of: [])]), layers: [(.ociLayerGzip, emptyGzip)]),
                    image(
                        config: config([Digest(of: app, algorithm: .sha512)]), layers: [(.ociLayerGzip, emptyGzip)]))),
            ["error diffID index.json → manifests[1] → layers[0]"]),
        Case(
            "layers in another order",
            AuditSubject(
                graph: image(
                    config: config([Digest(of: app), Digest(of: base)]), layers: [(.ociLayer, base), (.ociLayer, app)])
            ), ["error layerOrder index.json → manifests[0]"]),
        Case(
            "fewer layers than diffIDs",
            AuditSubject(
                graph: image(config: config([Digest(of: base), Digest(of: app)]), layers: [(.ociLayer, base)])),
            ["error layerCount index.json → manifests[0]"]),
        Case(
            "layers of an artifact need not be tars",
            AuditSubject(
                graph: image(
                    config: "{}", type: MediaType("application/x"), layers: [(MediaType("text/plain"), bytes("x"))])),
            []),
    ]
}
