enum VerifyRow {
    static let command = Command(
        name: "verify",
        summary: "check every byte and every claim of an image",
        usage: ["ocimerge verify SOURCE... [OPTION]..."],
        details: [
            """
            Reads everything and says all that is wrong, not the first only: blobs that are missing, cut off, swapped \
            or damaged; documents that are malformed or ambiguous; labels that lie about a compression; layers whose \
            content is not what the config promises; platforms on which index, config and the executables inside \
            disagree or that stand twice in an index; attestations of nothing; names that loaders refuse.
            """,
            """
            Each finding is an error or a note, with the way of descriptors that leads to it. Notes are what is odd and \
            legal: blobs that nothing refers to, platforms that were not pulled. The exit status is 1 when anything is \
            wrong and 0 when there are only notes.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print nothing: the exit status says it."),
            Flag("json", group: .report, help: "Print the findings as JSON."),
        ] + RegistryFlags.all,
        exclusive: [["quiet", "json"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge verify multi/", what: "Check a layout."),
            CommandExample(
                line: "docker save app | ocimerge verify -", what: "Check what docker save writes, storing nothing."),
            CommandExample(
                line: "ocimerge verify -q app.tar.gz || echo damaged", what: "Check a compressed archive in a script."),
        ])
}

/// The arguments of `verify`. Sources are text as typed.
struct VerifyRequest: Sendable, Equatable {
    let sources: [String]
    let run: RunOptions
    let registry: RegistryChoice

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try RegistryChoice(parsed)
        sources = parsed.positionals
        run = try RunOptions(parsed)
    }
}
