enum DiffRow {
    static let command = Command(
        name: "diff",
        work: .reading,
        summary: "compare the images of two sources",
        usage: ["ocimerge diff A B [OPTION]..."],
        details: [
            """
            Compare the images of A and B by their documents. Images are the same if their platforms, config digests, \
            diffIDs and annotations agree. The platforms of configs and of descriptors count. One line reports other \
            compression, other digests of manifests and indexes, and other attestations and artifacts. With --exact \
            these are differences. Annotations are not compared with docker's formats, which have none. Without \
            --files, no layer is read: use verify to prove that the layers match the documents.
            """,
            """
            Images pair by name. If A and B hold one image each, names are ignored. Platforms pair by their names. \
            Layers pair by diffID. Lines with - are only in A, lines with + only in B.
            """,
            """
            Exit status 0: A and B are the same. 1: they differ, or cannot be compared; then standard output is empty \
            and standard error has the reason.
            """,
            """
            With --files, compare the files of all layers together, as a container sees them. Times and extended \
            attributes are ignored. Read and verify the layers of one image in A and B. A platform with the same layers \
            in A and B is not read. A layer of several platforms is read once. Lines with ~ name files that changed.
            """,
        ],
        positionals: [
            Positional(name: "A", kind: .path, minimum: 1, maximum: 1),
            Positional(name: "B", kind: .path, minimum: 1, maximum: 1),
        ],
        flags: [
            Flag(
                "platform", value: .required("P", .platform), group: .selection,
                help: "Compare only images for this platform (default: all)."),
            Flag(
                "exact", group: .selection,
                help: "Also require the same compression, the same digests and the same attestations and artifacts."),
            Flag("files", group: .selection, help: "Also compare the files of the image; read the layers that differ."),
            Flag("quiet", short: "q", group: .report, help: "Print nothing; the exit status is the result."),
            Flag("json", group: .report, help: "Print all differences as JSON."),
            .full,
            .progress,
        ] + RegistryFlags.all,
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge diff old.tar new.tar", what: "Compare two archives."),
            CommandExample(
                line: "ocimerge diff app.tar docker://registry.example/app:1.0",
                what: "Compare an archive with an image in a registry; no layer is read."),
            CommandExample(
                line: "ocimerge diff --files old.tar new.tar --platform linux/s390x",
                what: "List the files that differ in the images for one platform."),
            CommandExample(
                line: "ocimerge diff -q --exact a/ b/ && echo identical", what: "Test for identity in a script."),
        ])
}

/// The arguments of `diff`. Sources and platform are text as typed.
struct DiffRequest: Sendable, Equatable {
    /// Two.
    let sources: [String]
    /// `nil` for all platforms.
    let platform: String?
    let isExact: Bool
    let comparesFiles: Bool
    let registry: ConnectionOptions
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        sources = parsed.positionals
        platform = parsed.value("platform")
        isExact = parsed.has("exact")
        comparesFiles = parsed.has("files")
        registry = try ConnectionOptions(parsed)
        run = try RunOptions(parsed)
    }
}
