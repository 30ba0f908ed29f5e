/// The reports of `fix` and `edit`.
enum RevisionSchema {
    static var fix: Schema { report("What was corrected.", []) }

    static var edit: Schema {
        report(
            "What was edited.",
            [
                ("dropped", .list("Images that the result lacks.", of: dropped)),
                ("droppedNames", .names),
                ("layers", .list("New layers.", of: layer)),
            ])
    }

    private static func report(_ title: String, _ more: [(String, Schema)]) -> Schema {
        .object(
            title,
            [
                ("source", .text("Source as typed.")),
                ("destination", .text("Destination as typed; null if the source itself changes.").orNull),
                ("dryRun", .dryRun),
                ("changed", .boolean("Whether anything changes.")),
                ("images", .list("Changed images.", of: image)),
            ] + more + [("warnings", .warnings)],
            optional: [
                ("changes", .list("Documents that would change; only in a dry run.", of: document)),
                ("pushed", MergeSchema.pushed),
            ])
    }

    private static var dropped: Schema {
        .object("An image.", [("platform", .platformName), ("manifest", .digest)])
    }

    private static var layer: Schema {
        .object(
            "A layer.",
            [
                ("digest", .digest), ("size", .count("Size in bytes.")), ("diffID", .digest),
                ("createdBy", .text("Its entry of the history.")),
            ])
    }

    private static var image: Schema {
        .object(
            "An image.",
            [
                ("names", .names), ("digest", change(.digest)),
                (
                    "platforms",
                    .list(
                        "Its platforms.",
                        of: .object(
                            "One platform.",
                            [
                                ("platform", change(.platformName)), ("manifest", change(.digest)),
                                ("config", change(.digest)),
                            ]))
                ),
            ])
    }

    private static func change(_ value: Schema) -> Schema {
        .object("Value before and after.", [("before", value), ("after", value)])
    }

    private static var document: Schema {
        .object(
            "A document.",
            [
                ("document", .text("Name of the file, or digest.")),
                ("renamedTo", .text("Its new name; null if that stays.").orNull),
                (
                    "members",
                    .list(
                        "Changed members.",
                        of: .object(
                            "A member.",
                            [
                                ("path", .text("Path, as in manifests[0].platform.os.")),
                                ("old", .anything("Value before; null if absent.")),
                                ("new", .anything("Value afterwards; null if absent.")),
                            ]))
                ),
            ])
    }
}
