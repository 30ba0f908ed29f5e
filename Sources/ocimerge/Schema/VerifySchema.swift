/// The output of `verify`.
enum VerifySchema {
    static var report: Schema {
        .object(
            "Findings in the sources.",
            [
                (
                    "sources",
                    .list("One element for each source.", of: .either("A source.", [source, unreadable, compared]))
                )
            ], optional: [("expected", expected), ("receipt", receipt)])
    }

    static var receipt: Schema {
        .object(
            "The receipt that --receipt wrote.",
            [("file", .text("File as typed.")), ("sha256", .text("SHA-256 of the file in hex."))])
    }

    private static var expected: Schema {
        .object(
            "The comparison with the receipt of --expect.",
            [
                ("file", .text("File as typed.")),
                ("sha256", .text("SHA-256 of the file in hex.")),
                ("sound", .boolean("Whether the sources hold everything that the receipt lists.")),
                ("recordedErrors", .count("Number of errors that the receipt records.")),
                ("images", .count("Number of images in the receipt.")),
                ("artifacts", .count("Number of artifacts in the receipt.")),
                ("platforms", .count("Number of platforms in the receipt.")),
            ] + differences)
    }

    private static var compared: Schema {
        .object(
            "A source that was compared with the place of --against.",
            [
                ("source", .text("Source as typed.")),
                ("against", .text("Place as typed.")),
                ("sound", .boolean("Whether the place holds every image of the source.")),
                ("images", .count("Number of images.")),
                ("artifacts", .count("Number of artifacts.")),
                ("platforms", .count("Number of platforms.")),
                ("blobs", .count("Number of blobs whose presence and size were checked.")),
            ] + differences)
    }

    private static var differences: [(String, Schema)] {
        [
            ("errors", .count("Number of errors.")),
            ("notes", .count("Number of notes.")),
            ("differences", .list("Errors and notes.", of: difference)),
        ]
    }

    private static var difference: Schema {
        .object(
            "A difference.",
            [
                ("severity", .choice("Severity.", ["error", "note"])),
                ("kind", .text("Kind of the difference.")),
                ("name", .text("Name of the image; null if it has none.").orNull),
                ("reference", .text("Reference in the registry; null if none was asked for.").orNull),
                ("image", .text("Digest of the image that is expected; of a note, of the image.")),
                ("platform", .platformName),
                ("expected", .text("Expected value; null if there is none.").orNull),
                ("found", .text("Value found; null if there is none.").orNull),
                ("message", .text("One sentence.")),
            ])
    }

    private static var source: Schema {
        .object(
            "A source that was read.",
            [
                ("source", .text("Source as typed.")),
                ("dialect", .text("Format of the source.")),
                ("sound", .boolean("Whether there are no errors.")),
                ("images", .count("Number of images.")),
                ("artifacts", .count("Number of artifacts.")),
                ("platforms", .count("Number of platforms.")),
                ("blobs", .count("Number of blobs.")),
                ("bytes", .count("Number of bytes verified.")),
                ("errors", .count("Number of errors.")),
                ("warnings", .count("Number of warnings.")),
                ("notes", .count("Number of notes.")),
                ("findings", .list("Errors, warnings and notes.", of: finding)),
            ])
    }

    private static var unreadable: Schema {
        .object(
            "A source that cannot be read.",
            [
                ("source", .text("Source as typed.")), ("sound", .constant("Always false.", false)),
                ("error", .text("The cause.")),
            ])
    }

    private static var finding: Schema {
        .object(
            "A finding.",
            [
                ("severity", .choice("Severity.", ["error", "warning", "note"])),
                ("kind", .text("Kind of the finding.")),
                ("image", .text("Digest of the image; null if it concerns the whole source.").orNull),
                (
                    "names",
                    .list("Names of the image; null if an earlier finding lists them.", of: .text("A name.")).orNull
                ),
                ("path", .list("Path of descriptors.", of: .text("A step, as in manifests[1]."))),
                ("platform", .platformName),
                ("digest", .text("Digest of the affected content; null if there is none.").orNull),
                ("file", .text("File of the content; null if unknown.").orNull),
                ("files", .list("Affected files, if there are several.", of: .text("A file."))),
                ("expected", .text("Expected value; null if there is none.").orNull),
                ("found", .text("Value found; null if there is none.").orNull),
                ("otherPlaces", .count("Number of other places with the same finding.")),
                ("message", .text("One sentence.")),
            ])
    }
}
