/// The command `ls`, which works on every source.
enum ListRow {
    static let command = Command(
        name: "ls", aliases: ["list"],
        work: .reading,
        summary: "list the images of a source, or the tags of a repository",
        usage: ["ocimerge ls SOURCE [OPTION]...", "ocimerge ls docker://HOST/REPO [OPTION]..."],
        details: [
            """
            Print one line for each name in SOURCE: name, digest, platforms or the type of an artifact, and the size \
            of everything that the image needs. Shared content counts for each image. Only documents are read. An \
            incomplete image is listed with its number of absent blobs. Select one image with SOURCE:NAME.
            """,
            """
            For docker://HOST/REPO, print the tags of the repository, sorted as versions: 1.9 comes before 1.10. \
            Digests, platforms and sizes are absent: the registry does not list them with the tags. With a tag or a \
            digest, the image is listed like any other.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag("quiet", short: "q", group: .report, help: "Print only the names."),
            Flag("json", group: .report, help: "Print the list as JSON."),
            .full,
        ] + RegistryFlags.all,
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge ls multi/", what: "List the images of a layout."),
            CommandExample(line: "ocimerge ls -q app.tar.gz", what: "Print the names in an archive for a script."),
            CommandExample(
                line: "ocimerge ls docker://registry.example/app", what: "List the tags of a repository."),
        ])
}

/// The arguments of `ls`.
struct ListRequest: Sendable, Equatable {
    /// As typed.
    let source: String
    let registry: ConnectionOptions
    let run: RunOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        source = parsed.positionals[0]
        registry = try ConnectionOptions(parsed)
        run = try RunOptions(parsed)
    }
}
