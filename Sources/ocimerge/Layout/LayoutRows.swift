/// The commands `ls`, `tag`, `rm` and `gc`, which work on one image layout.
enum LayoutRows {
    static let list = Command(
        name: "ls",
        summary: "list the images of a layout",
        usage: ["ocimerge ls LAYOUT [OPTION]..."],
        details: [
            """
            One line for each name in index.json: the name, the digest, the platforms, and the size of all that the \
            image needs. What images share is counted for each of them. Only documents are read. An image that is \
            incomplete is listed with the number of blobs that are absent.
            """
        ],
        positionals: [Positional(name: "LAYOUT", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag("quiet", short: "q", group: .report, help: "Print only the names."),
            Flag("json", group: .report, help: "Print the list as JSON."),
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(line: "ocimerge ls multi/", what: "List the images of a layout."),
            CommandExample(line: "ocimerge ls -q multi/", what: "Print their names for a script."),
        ])

    static let tag = Command(
        name: "tag",
        summary: "give an image of a layout one more name",
        usage: ["ocimerge tag LAYOUT:OLD NEW [OPTION]..."],
        details: [
            """
            OLD is a name, a bare tag, or @DIGEST; NEW is a name as --tag of merge takes it. Where NEW exists it \
            moves, and what it led to before is said. The new entry of index.json says all that the old one says; \
            every other byte of index.json stays.
            """
        ],
        positionals: [
            Positional(name: "LAYOUT:OLD", kind: .path, minimum: 1, maximum: 1),
            Positional(name: "NEW", kind: .free, minimum: 1, maximum: 1),
        ],
        flags: [
            Flag("dry-run", group: .run, help: "Show what would be named and write nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digest of the image."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(
                line: "ocimerge tag multi:demo/app:1.0 demo/app:latest", what: "Name the same image a second time.")
        ])

    static let remove = Command(
        name: "rm",
        summary: "remove names from a layout",
        usage: ["ocimerge rm LAYOUT:NAME... [OPTION]..."],
        details: [
            """
            Takes the entry of that name out of index.json, or with @DIGEST every entry of that digest; every other \
            byte of index.json stays. Blobs stay until gc, or go with --gc where no other entry needs them.
            """
        ],
        positionals: [Positional(name: "LAYOUT:NAME", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            Flag("gc", group: .run, help: "Remove the blobs that nothing needs any more too, as gc does."),
            Flag("dry-run", group: .run, help: "Show what would be removed and remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digests of the images."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(line: "ocimerge rm multi:demo/app:1.0", what: "Remove one name."),
            CommandExample(
                line: "ocimerge rm --gc multi:demo/app:1.0 multi:demo/app:1.1",
                what: "Remove two and what only they needed."),
        ])

    static let collect = Command(
        name: "gc",
        summary: "remove the blobs of a layout that nothing needs",
        usage: ["ocimerge gc LAYOUT [OPTION]..."],
        details: [
            """
            Keeps everything to which an entry of index.json leads: through indexes, manifests, configs, layers and \
            subjects, through documents of unknown kinds, and what speaks of an image that stays. Where something \
            that may lead on cannot be read, nothing is removed. Files outside blobs/ stay, and so do files whose \
            names are no digests; what killed runs of ocimerge left goes.
            """,
            """
            Runs of ocimerge that write to the layout wait for each other. Other tools do not wait: none of them may \
            write to it at the same time.
            """,
        ],
        positionals: [Positional(name: "LAYOUT", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag("dry-run", group: .run, help: "List what would be removed and remove nothing."),
            Flag("quiet", short: "q", group: .report, help: "Print only the digests of what goes."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["quiet", "json"]],
        examples: [
            CommandExample(line: "ocimerge gc --dry-run multi/", what: "List what nothing needs, and its size."),
            CommandExample(line: "ocimerge gc multi/", what: "Remove it."),
        ])
}

/// The arguments of `ls`, `tag`, `rm` and `gc`. Names and paths are text as typed.
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
