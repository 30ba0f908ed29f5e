/// The commands `tag`, `rm` and `gc`, which work on one image layout.
enum LayoutRows {
    static let tag = Command(
        name: "tag",
        work: .changing,
        summary: "add a name to an image of a layout",
        usage: ["ocimerge tag LAYOUT:OLD NEW [OPTION]..."],
        details: [
            """
            OLD is a name, a bare tag or @DIGEST. NEW is a tag in the repository of OLD, or a whole name such as \
            demo/app:2.0. If NEW exists it moves, and its former digest is printed. The new entry of index.json \
            copies the old one; every other byte of index.json stays.
            """
        ],
        positionals: [
            Positional(name: "LAYOUT:OLD", kind: .path, minimum: 1, maximum: 1),
            Positional(name: "NEW", kind: .free, minimum: 1, maximum: 1),
        ],
        flags: [
            Flag("dry-run", group: .run, help: "Show the new name; write nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digest of the image."),
            .json,
            .full,
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(
                line: "ocimerge tag multi:demo/app:1.0 latest", what: "Add a second tag to an image."),
            CommandExample(
                line: "ocimerge tag multi:demo/app:1.0 demo/other:1.0", what: "Add a name in another repository."),
        ])

    static let remove = Command(
        name: "rm",
        work: .changing,
        summary: "remove names from a layout",
        usage: ["ocimerge rm LAYOUT:NAME... [OPTION]..."],
        details: [
            """
            Remove the entry of that name from index.json, or with @DIGEST every entry of that digest. The last \
            entry of an image takes its lists of referrers and its signatures under cosign's tags with it. Its \
            unnamed referrers and children are removed too. Every other byte of index.json stays. Blobs stay until \
            gc; --gc removes those that no other entry needs.
            """
        ],
        positionals: [Positional(name: "LAYOUT:NAME", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            Flag("gc", group: .run, help: "Also remove the blobs that no entry needs any more, as gc does."),
            Flag("dry-run", group: .run, help: "Show what would be removed; remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digests of the images."),
            .json,
            .full,
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(line: "ocimerge rm multi:demo/app:1.0", what: "Remove one name."),
            CommandExample(
                line: "ocimerge rm --gc multi:demo/app:1.0 multi:demo/app:1.1",
                what: "Remove two names and the blobs that only they needed."),
        ])

    static let collect = Command(
        name: "gc",
        work: .collecting,
        summary: "remove the blobs of a layout that no image needs",
        usage: ["ocimerge gc LAYOUT [OPTION]..."],
        details: [
            """
            Keep everything that an entry of index.json reaches through indexes, manifests, configs, layers, \
            subjects and documents of unknown kinds. Referrers of kept images are kept too. If a document that may \
            hold references cannot be read, nothing is removed. Files outside blobs/ stay, and so do files whose \
            names are not digests. Leftovers of killed ocimerge runs are removed.
            """,
            """
            Runs of ocimerge that write to the layout wait for each other. Other tools do not wait; they must not \
            write to it at the same time.
            """,
        ],
        positionals: [Positional(name: "LAYOUT", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag("dry-run", group: .run, help: "List what would be removed; remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digests of removed blobs."),
            .json,
            .full,
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(
                line: "ocimerge gc --dry-run multi/", what: "List the blobs that no image needs, and their size."),
            CommandExample(line: "ocimerge gc multi/", what: "Remove them."),
        ])
}

/// The arguments of `tag`, `rm` and `gc`. Names and paths are text as typed.
struct LayoutRequest: Sendable, Equatable {
    /// One layout, or images of one layout.
    let sources: [String]
    /// The new name of `tag`; empty for the other commands.
    let name: String
    /// Whether `rm` also runs `gc`.
    let collects: Bool
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        let isTag = parsed.command == LayoutRows.tag.name
        sources = isTag ? Array(parsed.positionals.dropLast()) : parsed.positionals
        name = isTag ? parsed.positionals.last ?? "" : ""
        collects = parsed.has("gc")
        run = try RunOptions(parsed)
    }
}
