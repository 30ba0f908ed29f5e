/// The report of `fix`.
enum FixSchema {
    static var report: Schema {
        .object(
            "What was corrected.",
            [
                ("source", .text("Source as typed.")),
                ("destination", .text("Destination as typed; null if the source itself changes.").orNull),
                ("dryRun", .dryRun),
                ("changed", .boolean("Whether anything changes.")),
                ("images", .list("Corrected images.", of: image)),
                ("warnings", .warnings),
            ],
            optional: [
                ("changes", .list("Documents that would change; only in a dry run.", of: document)),
                ("pushed", MergeSchema.pushed),
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
