/// The reports of `ls`, `tag`, `rm` and `gc`.
enum LayoutSchemas {
    static var list: Schema {
        .object(
            "Images of a source, or tags of a repository.",
            [
                ("source", .text("Source as typed.")),
                ("layout", .text("Path of the layout; null for another source.").orNull),
                ("images", .list("One element for each name.", of: entry)), ("warnings", .warnings),
            ])
    }

    /// A tag in a registry has only a name.
    private static var entry: Schema {
        .object(
            "An entry; a tag of a repository has only its name.",
            [
                ("name", .text("Name; null if there is none.").orNull),
                ("digest", .digest.orNull), ("mediaType", .mediaType.orNull),
                ("kind", .choice("Kind of content.", ["image", "artifact", "referrers"]).orNull),
                (
                    "platforms",
                    .list(
                        "Platforms; null if an earlier entry lists them.",
                        of: .object(
                            "One platform.",
                            [
                                ("platform", .platformName), ("digest", .digest),
                                ("present", .boolean("Whether the layout has its manifest.")),
                            ])
                    ).orNull
                ),
                ("size", .count("Size of everything that the image needs, in bytes.").orNull),
                ("absent", .digests("Absent blobs; null if an earlier entry lists them.").orNull),
            ])
    }

    static var tag: Schema {
        .object(
            "The new name.",
            [
                ("layout", .layout), ("name", .text("The new name in full.")),
                ("digests", .digests("Digests to which it leads.")),
                ("previous", .digests("Digests to which it led before.")),
                ("dryRun", .dryRun), ("changed", .boolean("Whether anything changes.")), ("warnings", .warnings),
            ])
    }

    static var remove: Schema {
        .object(
            "Removed names.",
            [
                ("layout", .layout), ("dryRun", .dryRun),
                (
                    "removed",
                    .list(
                        "Removed entries.",
                        of: .object(
                            "An entry.", [("name", .text("Name; null if there was none.").orNull), ("digest", .digest)])
                    )
                ),
                (
                    "images",
                    .list(
                        "Images of these entries.",
                        of: .object(
                            "An image.",
                            [
                                ("digest", .digest),
                                ("names", .list("Names that it keeps.", of: .text("A name.").orNull)),
                                ("needed", .boolean("Whether another entry needs it.")),
                            ]))
                ),
                ("freeable", .count("Bytes that gc would free or has freed; null if unknown.").orNull),
                ("gc", .object("Report of gc; null without --gc.", garbage).orNull),
                ("warnings", .warnings),
            ])
    }

    static var collect: Schema {
        .object("Removed blobs.", [("layout", .layout), ("dryRun", .dryRun)] + garbage + [("warnings", .warnings)])
    }

    private static var garbage: [(String, Schema)] {
        [
            ("removed", .list("Removed blobs.", of: .object("A blob.", [("digest", .digest), ("size", .size)]))),
            ("bytes", .count("Their size in bytes.")),
            ("kept", .count("Number of blobs kept.")),
            ("leftovers", .list("Files that killed runs left.", of: .text("A path."))),
            ("leftAlone", .list("Files among the blobs that are no blobs.", of: .text("A path in the layout."))),
        ]
    }
}
