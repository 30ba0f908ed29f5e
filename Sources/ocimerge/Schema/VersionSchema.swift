/// The output of `version`.
enum VersionSchema {
    static var report: Schema {
        .object(
            "Version of the program.",
            [
                ("version", .text("Version of ocimerge.")),
                ("commit", .text("Commit from which it was built; null if unknown.").orNull),
                ("modified", .boolean("Whether the sources differed from the commit; null if unknown.").orNull),
                (
                    "libraries",
                    .list(
                        "Libraries in use.",
                        of: .object(
                            "A library.",
                            [
                                ("name", .text("Name of the library.")),
                                ("version", .text("Its version; null if it is not installed.").orNull),
                            ]))
                ),
            ])
    }
}
