internal import ByteIO
internal import ImageModel

/// The commands `copy` and `pull`: a merge of one source whose destination is an argument.
enum CopyRows {
    static let copy = Command(
        name: "copy", aliases: ["cp", "convert"],
        work: .copying,
        summary: "copy or convert one source (merge SOURCE -o DEST)",
        usage: ["ocimerge copy SOURCE DEST [OPTION]..."],
        details: [
            """
            Copy every image of SOURCE with all platforms. SOURCE and DEST may have different formats. It is merge \
            SOURCE -o DEST: ocimerge help merge describes both.
            """
        ],
        positionals: [
            Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1), destination,
        ],
        flags: flags, exclusive: MergeRow.command.exclusive,
        examples: [
            CommandExample(line: "ocimerge copy app.tar app/", what: "Convert an archive into an OCI image layout."),
            CommandExample(
                line: "ocimerge copy docker://r.io/x:1 docker://localhost:5000/x:1",
                what: "Copy an image from one registry to another."),
        ])

    static let pull = Command(
        name: "pull",
        work: .copying,
        summary: "copy an image from a registry into a file or a layout",
        usage: ["ocimerge pull REF DEST [OPTION]..."],
        details: [
            """
            REF is HOST/REPO[:TAG][@DIGEST], with or without docker:// before it. All platforms are pulled unless \
            --platform selects some. It is merge docker://REF -o DEST.
            """
        ],
        positionals: [
            Positional(name: "REF", kind: .free, minimum: 1, maximum: 1), destination,
        ],
        flags: flags, exclusive: MergeRow.command.exclusive,
        examples: [
            CommandExample(line: "ocimerge pull registry.example/app:1.0 app/", what: "Pull an image into a layout."),
            CommandExample(
                line: "ocimerge pull registry.example/app:1.0 app.tar --platform linux/s390x",
                what: "Pull one platform into an archive."),
        ])

    private static let destination = Positional(name: "DEST", kind: .path, minimum: 1, maximum: 1)

    private static let flags = MergeRow.command.flags.filter {
        !["output", "spec", "ignore-missing", Flag.help.long].contains($0.long)
    }
}

extension MergeRequest {
    /// The command line of `copy` or `pull`.
    init(copying parsed: ParsedArguments) throws(UsageError) {
        let source = parsed.positionals[0]
        if parsed.command == CopyRows.pull.name, FileSystem.kind(of: source) == .file {
            throw .pullsFile(source, destination: parsed.positionals[1])
        }
        let needsScheme = parsed.command == CopyRows.pull.name && !source.hasPrefix(RegistryReference.scheme)
        try self.init(
            parsed, sources: [needsScheme ? RegistryReference.scheme + source : source], output: parsed.positionals[1])
    }
}
