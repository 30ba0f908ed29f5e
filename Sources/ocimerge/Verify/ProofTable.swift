/// A table in the help of a command, with the meanings of its words.
struct HelpTable: Sendable, Equatable {
    struct Word: Sendable, Equatable {
        let form: String
        let meaning: String
    }

    let title: String
    /// The first row has the titles of the columns.
    let rows: [[String]]
    let words: [Word]

    /// The rows in columns, one a line.
    var lines: [String] { Table.text(rows).split(separator: "\n").map(String.init) }
}

extension HelpTable {
    /// For each command the facts that exit status 0 proves.
    static let proofs = HelpTable(
        title: "Exit status 0 proves",
        rows: [
            ["", "bytes", "sizes", "content", "programs", "start", "claims", "complete"],
            ["merge, pull, pack", "(1)", "all", "(2)", "(3)", "(9)", "no", "(4)"],
            ["the same --verify", "all", "all", "all", "(5)", "(5)", "all", "(4)"],
            ["push", "(1)", "all", "no", "(3)", "(9)", "no", "all"],
            ["push --verify", "(1)", "all", "all", "all", "all", "all", "all"],
            ["fix", "(6)", "docs", "no", "warns", "no", "no", "(7)"],
            ["edit", "(6)", "docs", "(13)", "no", "no", "no", "(7)"],
            ["inspect, digest", "(12)", "(12)", "no", "shown", "shown", "no", "shown"],
            ["inspect --files, cat", "(8)", "(8)", "no", "no", "no", "no", "(8)"],
            ["verify", "all", "all", "all", "all", "all", "all", "all"],
            ["verify --against", "no", "(10)", "no", "no", "no", "no", "(11)"],
            ["ls, tag, rm", "no", "no", "no", "no", "no", "no", "no"],
            ["gc, rm --gc", "docs", "docs", "no", "no", "no", "no", "no"],
        ],
        words: [
            Word(form: "bytes", meaning: "The content has the digest by which it is named."),
            Word(form: "sizes", meaning: "Descriptors state the size of their content."),
            Word(
                form: "content",
                meaning: "Layers can be decompressed, are tar archives, and match the diffIDs of the config in order."),
            Word(form: "programs", meaning: "The executables do not contradict the declared platform."),
            Word(
                form: "start",
                meaning: "No certain cause of a failed start was found."),
            Word(
                form: "claims",
                meaning: "Platforms, media types, names and attestations agree with the content they describe."),
            Word(
                form: "complete",
                meaning: """
                    The config and all layers of each image are present. Absent platforms of an index and foreign \
                    layers are allowed.
                    """),
            Word(form: "docs", meaning: "Only for indexes, manifests and configs; layers are not read."),
            Word(
                form: "(1)",
                meaning: """
                    All. Blobs that a registry has or mounts count as they are there. A manifest that it has proves its \
                    blobs; with --verify each of them is asked for. Blobs that an increment omits are not read.
                    """),
            Word(form: "(2)", meaning: "Only layers that --compress writes again are decompressed."),
            Word(
                form: "(3)",
                meaning: """
                    Not with --trust. SOURCE=PLATFORM, a copy of one image out of a registry, and images that pack takes from \
                    registries only warn. Not checked: images in registries that the base of --since has. Nor is an image \
                    that the registry has under every REF of a push. Copies between registries are checked only with \
                    --evidence=full or --verify.
                    """),
            Word(
                form: "(4)",
                meaning: "All, but not with --allow-incomplete. An increment needs the blobs that its receiver has."),
            Word(form: "(5)", meaning: "All, but not with --trust."),
            Word(form: "(6)", meaning: "All. Of a layout or directory that changes in place, only the documents."),
            Word(form: "(7)", meaning: "Only if DEST is not an archive like SOURCE, and not with --in-place."),
            Word(form: "(8)", meaning: "Of the documents and the layers of the image."),
            Word(form: "(9)", meaning: "Only with --evidence=full."),
            Word(form: "(10)", meaning: "With --blobs, those of layers and configs at DEST."),
            Word(
                form: "(11)",
                meaning: "DEST has the manifests of every image of SOURCE; with --blobs, the layers and configs too."),
            Word(
                form: "(12)",
                meaning: "Of documents; digest and --raw of an image in a registry read only the top one."),
            Word(form: "(13)", meaning: "All layers, if a directory is added or a path is deleted."),
        ])
}
