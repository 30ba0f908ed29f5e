/// Images with true digests and sizes whose content or claims are wrong. Copies of them are exact, and `verify` refuses
/// them.
package struct DefectiveImage: Sendable, CustomStringConvertible {
    package let description: String
    package let archive: [UInt8]
    /// The error that `verify` reports, without digests.
    package let sentence: String

    /// The defects of the content of layers, which no digest shows.
    package static let contents: [DefectiveImage] = {
        let zstandard = packed("zstd", tar("a"))
        let gzip = packed("gzip", tar("a"))
        var damaged = zstandard
        for index in damaged.count / 2..<damaged.count - 4 { damaged[index] ^= 0x5a }
        return [
            .init(
                "damaged zstd", layers: [(damaged, "tar+zstd", tar("a"))], "its zstd data cannot be decompressed"),
            .init(
                "truncated gzip", layers: [(Array(gzip.dropLast(gzip.count / 2)), "tar+gzip", tar("a"))],
                "its compressed data ends too early"),
            .init("wrong diffID", layers: [(gzip, "tar+gzip", tar("b"))], ", the config says sha256:"),
            .init(
                "wrong layer order",
                layers: [(gzip, "tar+gzip", tar("b")), (packed("gzip", tar("b")), "tar+gzip", tar("a"))],
                "the layers are in another order than in the config"),
            .init(
                "no tar", layers: [(Array("no tar".utf8), "tar", Array("no tar".utf8))],
                "its content is not a tar archive"),
            .init(
                "no tar in gzip", layers: [(packed("gzip", Array("no tar".utf8)), "tar+gzip", Array("no tar".utf8))],
                "its content is not a tar archive"),
        ]
    }()

    /// The defects of documents.
    package static let claims: [DefectiveImage] = [
        .init(
            "layer count", layers: [(tar("a"), "tar", tar("a"))], extraDiffID: tar("b"),
            "the manifest has 1 layer, the config names 2"),
        .init(
            "platform of a descriptor", layers: [(tar("a"), "tar", tar("a"))], descriptor: "arm64",
            "the index says linux/arm64, the config linux/amd64"),
    ]

    package static let name = "docker.io/demo/defective:1.0"

    /// A layer with the `content` that its diffID states. Without defects `sentence` is empty.
    package init(
        _ description: String, layers: [(blob: [UInt8], type: String, content: [UInt8])], extraDiffID: [UInt8]? = nil,
        descriptor architecture: String? = nil, _ sentence: String
    ) {
        var layout = HandmadeLayout()
        let stored = layers.map { layout.blob($0.blob, "application/vnd.oci.image.layer.v1.\($0.type)") }
        let diffIDs = (layers.map(\.content) + (extraDiffID.map { [$0] } ?? [])).map { SavedImage.digest($0) }
        let config = layout.blob(HandmadeLayout.config(diffIDs: diffIDs), HandmadeLayout.config)
        let manifest = HandmadeLayout.manifest(config: config, layers: stored)
        let name = HandmadeLayout.named(Self.name)
        if let architecture {
            let child = layout.blob(
                manifest, HandmadeLayout.manifest,
                more: #","platform":{"os":"linux","architecture":"\#(architecture)"}"#)
            layout.entries = [layout.blob(HandmadeLayout.index([child]), HandmadeLayout.index, more: name)]
        } else {
            layout.entries = [layout.blob(manifest, HandmadeLayout.manifest, more: name)]
        }
        self.description = description
        self.sentence = sentence
        archive = layout.archive
    }

    /// An intact image with layers of every compression.
    package static let intact = DefectiveImage(
        "intact",
        layers: [
            (tar("a"), "tar", tar("a")), (packed("gzip", tar("b")), "tar+gzip", tar("b")),
            (packed("zstd", tar("c")), "tar+zstd", tar("c")),
        ], "")

    private static func packed(_ tool: String, _ bytes: [UInt8]) -> [UInt8] {
        (try? Program.run(tool, tool == "gzip" ? ["-nc"] : ["-qc"], input: bytes).output) ?? []
    }

    private static func tar(_ name: String) -> [UInt8] {
        TarBuilder.archive([(name, (0..<40_000).map { UInt8(truncatingIfNeeded: ($0 &* $0) >> 5 ^ $0) })])
    }
}
