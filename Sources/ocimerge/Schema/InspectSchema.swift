/// The output of `inspect`.
enum InspectSchema {
    static var report: Schema {
        .either(
            "What was inspected.",
            [
                .object("Content of the sources.", [("sources", .list("One element for each source.", of: source))]),
                FileSchema.listing, list,
            ])
    }

    /// The output of `inspect --list`.
    private static var list: Schema {
        .object(
            "Images of a list.",
            [
                (
                    "images",
                    .list(
                        "One element for each name.",
                        of: .object(
                            "An image.",
                            [
                                ("name", .text("Name of the image.").orNull), ("digest", .digest),
                                ("platforms", .list("Its platforms.", of: .platformName)),
                                ("size", .count("Size of its layers in bytes.")),
                            ]))
                ), ("layers", .count("Number of distinct layers.")),
                ("bytes", .count("Their size in bytes.")), ("warnings", .warnings),
            ])
    }

    private static var source: Schema {
        .object(
            "A source.",
            [
                ("source", .text("Source as typed.")),
                ("dialect", .text("Format of the source.")),
                ("increment", .boolean("Whether blobs are omitted that its receiver has.")),
                ("images", .list("Its images.", of: image)),
                ("artifacts", .artifacts),
                (
                    "absent",
                    .list(
                        "Manifests that are listed and absent.",
                        of: .object(
                            "An absent manifest.",
                            [("digest", .digest), ("mediaType", .mediaType), ("platform", .platform.orNull)]))
                ),
            ])
    }

    private static var image: Schema {
        .object(
            "An image.",
            [
                ("names", .names), ("digest", .digest), ("mediaType", .mediaType), ("size", .size),
                ("annotations", .annotations), ("platforms", .list("Its platforms.", of: platform)),
            ])
    }

    private static var platform: Schema {
        .object(
            "One platform.",
            [
                ("name", .platformName),
                ("platform", .platform.orNull),
                ("digest", .digest), ("mediaType", .mediaType), ("size", .size),
                ("config", .digest),
                ("created", .text("Time of creation; null if unknown or listed before.").orNull),
                ("layers", .list("Layers; null if an earlier element lists them.", of: layer).orNull),
                ("evidence", evidence),
                ("start", start),
                ("attestations", .digests("Attestations; null if an earlier element lists them.").orNull),
                (
                    "annotations",
                    .texts("Annotations by key; null if an earlier element lists them.", "A value.").orNull
                ),
                ("run", .anyObject("Settings, as config in the config; null if absent or listed before.").orNull),
                ("history", .anyList("Steps of the build, as in the config; null if absent or listed before.").orNull),
            ])
    }

    private static var layer: Schema {
        .object(
            "A layer.",
            [
                ("digest", .digest), ("mediaType", .mediaType), ("size", .size),
                ("compression", .text("Compression; null if unknown.").orNull),
                ("present", .boolean("Whether the source has the layer.")),
            ])
    }

    private static var start: Schema {
        .object(
            "Start check of --evidence=full; null if it was not made.",
            [
                ("starts", .boolean("Whether a container starts; null if that cannot be checked.").orNull),
                ("program", .text("Path of the program; null if there is none.").orNull),
                ("through", .list("Links and scripts that lead to it.", of: .text("A path."))),
                ("wrapper", .text("Program that runs the one in its arguments; null if there is none.").orNull),
                (
                    "findings",
                    .list(
                        "Errors, warnings and notes.",
                        of: .object(
                            "A finding.",
                            [
                                ("severity", .choice("Severity.", ["error", "warning", "note"])),
                                ("kind", .text("Kind of the finding, as in verify.")),
                                ("file", .text("Path of the file; null if there is none.").orNull),
                                ("layer", .digest.orNull),
                                ("message", .text("One sentence.")),
                            ]))
                ),
            ]
        ).orNull
    }

    private static var evidence: Schema {
        .either(
            "Platform of the executables; null if they were not searched.",
            [
                .object(
                    "An executable was found.",
                    [
                        ("verdict", .choice("Whether it agrees with the metadata.", ["agrees", "contradicts"])),
                        ("platform", .platformName),
                        ("path", .text("Path of the executable.")),
                        ("layer", .digest),
                        (
                            "basis",
                            .choice(
                                "Why this executable counts.", ["entrypoint", "loader", "majority", "programs"])
                        ),
                        ("machine", .text("Machine of the executable.")),
                        ("level", .count("Level of the architecture; null if none is needed.").orNull),
                    ]),
                .object(
                    "No executable decides.",
                    [("verdict", .choice("No verdict.", ["none"])), ("reason", .text("The reason."))]),
            ]
        ).orNull
    }
}
