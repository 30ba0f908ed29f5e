/// The report of `merge`, `copy`, `pack` and `pull`, and of each repository of `push`.
enum MergeSchema {
    static var report: Schema {
        .object("What was written.", members + [("warnings", .warnings)], optional: optional + [checked])
    }

    /// `push --spec` reports as merge does.
    static var push: Schema {
        .either(
            "What was pushed.",
            [
                .object(
                    "Report of push SOURCE.",
                    [
                        (
                            "pushes",
                            .list(
                                "One report for each repository.",
                                of: .object("What was pushed.", members, optional: optional))
                        ), ("warnings", .warnings),
                    ], optional: [checked]), report,
            ])
    }

    private static var members: [(String, Schema)] {
        [
            ("destination", .text("Destination as typed.")),
            (
                "kind",
                .choice(
                    "Kind of the destination.",
                    ["layout", "archive", "oci-archive", "docker-archive", "dir", "registry"])
            ),
            ("dryRun", .dryRun),
            ("layers", .count("Number of layers written.")),
            ("bytes", .count("Their size in bytes.")),
            ("images", .list("Images of the result.", of: image)),
            ("artifacts", .artifacts),
        ]
    }

    private static var image: Schema {
        .object(
            "An image.",
            [
                ("names", .names), ("digest", digest), ("mediaType", .mediaType), ("size", .size),
                (
                    "platforms",
                    .list(
                        "Images of an index.",
                        of: .object(
                            "One platform.",
                            [
                                ("platform", .platformName), ("digest", digest),
                                ("sources", .list("Sources of the image.", of: .text("A source as typed."))),
                            ]))
                ),
            ],
            optional: [
                (
                    "references",
                    .list(
                        "With push --all: references of the image before and after.",
                        of: .object(
                            "One reference.",
                            [
                                ("from", .text("Name in the source, or reference in the list.")),
                                ("to", .text("Pushed reference.")),
                            ]))
                )
            ])
    }

    private static let digest = Schema.text("Digest; null in a dry run that would recompress layers.").orNull

    private static var optional: [(String, Schema)] {
        [
            (
                "leftOut",
                .object(
                    "Layers that the receiver of an increment has.",
                    [("layers", .count("Number of layers.")), ("bytes", .count("Their size in bytes."))])
            ),
            ("incomplete", .constant("Present if content is absent.", true)),
            (
                "compressed",
                .object(
                    "Layers that were recompressed.",
                    [
                        ("compression", .choice("Compression.", ["none", "gzip", "zstd"])),
                        ("layers", .count("Number of layers.")), ("bytesBefore", .count("Their size before.")),
                        ("bytesAfter", .count("Their size afterwards; null in a dry run.").orNull),
                        ("digestsBefore", .digests("Their digests before.")),
                    ])
            ),
            ("pushed", pushed), ("receipt", VerifySchema.receipt),
            (
                "registries",
                .list(
                    "In a dry run of pack: registries from which images are read.",
                    of: .object(
                        "One registry.",
                        [
                            ("registry", .text("Host of the registry.")), ("images", .count("Number of images.")),
                            ("layers", .count("Number of layers, each once.")),
                            ("bytes", .count("Their size in bytes.")),
                        ]))
            ),
            ("volumes", .count("Number of volumes of a split archive.")),
        ]
    }

    private static let checked = (
        "checked",
        Schema.object(
            "Images whose layers were read from a registry only to check their platforms.",
            [("images", .count("Number of images.")), ("bytesRead", .count("Number of bytes read."))])
    )

    /// The transfer to a registry.
    static var pushed: Schema {
        .object(
            "Transfer to the registry.",
            [
                ("sent", .count("Number of layers sent.")), ("sentBytes", .count("Their size in bytes.")),
                ("mounted", .count("Number of layers mounted from another repository.")),
                ("present", .count("Number of layers that the registry had.")),
            ], optional: [("servedDigest", .text("Digest under which the registry serves the image, if another."))])
    }
}
