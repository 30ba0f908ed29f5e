enum VerifyRow {
    static let command = Command(
        name: "verify", aliases: ["validate"],
        summary: "check every byte and every claim of an image",
        usage: ["ocimerge verify SOURCE... [OPTION]..."],
        details: [
            """
            Read everything and report all defects, not only the first. Blobs: missing, truncated, swapped or \
            damaged. Documents: malformed or ambiguous. Layers: wrong compression label, or other content than the \
            config states. Platforms: index, config and executables disagree, or one platform appears twice in an \
            index. Start: the command, its interpreter, loader or user is missing or unusable. Attestations: the \
            image is missing. Names: loaders reject them.
            """,
            """
            Each finding is an error, a warning or a note, with the path of descriptors to it. Warnings are nearly \
            certain: a missing library. Notes are unusual but legal: unreferenced blobs, platforms that were not \
            pulled. The exit status is 1 if there are errors, else 0.
            """,
            """
            The option --verify of merge, pack and push verifies the written images, each layer once while it is \
            copied. An error refuses the run: exit status 1, and nothing is written. Bytes that contradict \
            their digest end the run at once; of the other errors each is one line. A registry then has blobs, but \
            no new manifest or tag. Content that the destination has is read from the source. If the source is a \
            registry, an error truncates the archive on standard output.
            """,
        ],
        table: HelpTable.proofs,
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print nothing; only set the exit status."),
            Flag("json", group: .report, help: "Print the findings as JSON."),
            Flag(
                "no-start-check", group: .selection,
                help: "Do not check whether a container would start; for base images and images of data."),
            .full,
            .progress,
        ] + RegistryFlags.all,
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge verify multi/", what: "Check a layout."),
            CommandExample(
                line: "docker save app | ocimerge verify -", what: "Check the output of docker save without storing it."
            ),
            CommandExample(
                line: "ocimerge verify --no-start-check base.tar", what: "Check an image that is not meant to run."),
            CommandExample(
                line: "ocimerge verify -q app.tar.gz || echo damaged", what: "Check a compressed archive in a script."),
        ])
}

/// The arguments of `verify`. Sources are text as typed.
struct VerifyRequest: Sendable, Equatable {
    let sources: [String]
    let run: RunOptions
    /// Whether verify checks that a container of each image would start.
    let checksStart: Bool
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try ConnectionOptions(parsed)
        sources = parsed.positionals
        run = try RunOptions(parsed)
        checksStart = !parsed.has("no-start-check")
    }
}
