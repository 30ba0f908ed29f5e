/// The file that --receipt writes.
enum ReceiptSchema {
    static var document: Schema {
        .object(
            "What was read and verified.",
            [
                ("receiptVersion", .count("Version of the format.")),
                ("created", .text("Time of writing, as in 2026-11-30T12:00:00Z.")),
                ("tool", tool),
                ("sources", .list("Sources as typed.", of: .text("A source."))),
                ("sound", .boolean("Whether no finding is an error; null if the content was not verified.").orNull),
                ("images", .list("Images, sorted by their names.", of: image)),
                ("artifacts", .list("Artifacts, sorted by their names.", of: artifact)),
                ("findings", .list("Errors, warnings and notes.", of: finding)),
            ])
    }

    private static var tool: Schema {
        .object(
            "Version of ocimerge.",
            [
                ("version", .text("Version.")),
                ("commit", .text("Commit from which it was built; null if unknown.").orNull),
                ("modified", .boolean("Whether the sources differed from the commit; null if unknown.").orNull),
            ])
    }

    private static var image: Schema {
        .object(
            "An image.",
            [
                ("names", .names), ("digest", .digest), ("mediaType", .mediaType),
                ("size", .count("Size of the manifest or index in bytes.")),
                (
                    "platforms",
                    .list(
                        "Platforms that are present.",
                        of: .object(
                            "One platform.",
                            [
                                ("platform", .platformName), ("digest", .digest),
                                ("size", .count("Size of the manifest, the config and the layers in bytes.")),
                            ]))
                ),
            ])
    }

    private static var artifact: Schema {
        .object(
            "An artifact.",
            [
                ("names", .names), ("digest", .digest), ("mediaType", .mediaType),
                ("size", .count("Size of the manifest in bytes.")),
                ("type", .text("Artifact type.")),
                ("subject", .text("Digest of the manifest to which it refers; null if there is none.").orNull),
            ])
    }

    private static var finding: Schema {
        .object(
            "A finding.",
            [
                ("severity", .choice("Severity.", ["error", "warning", "note"])),
                ("kind", .text("Kind of the finding, as in verify.")),
                ("source", .text("Source as typed; null if it concerns all sources.").orNull),
                ("image", .text("Digest of the image; null if it concerns the whole source.").orNull),
                ("path", .list("Path of descriptors.", of: .text("A step, as in manifests[1]."))),
                ("message", .text("One sentence.")),
            ])
    }
}
