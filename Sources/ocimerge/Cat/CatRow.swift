/// The command `cat`.
enum CatRow {
    static let command = Command(
        name: "cat",
        work: .reading,
        summary: "print a file of an image",
        usage: ["ocimerge cat SOURCE PATH [--platform P] [OPTION]..."],
        details: [
            """
            Print the bytes of one regular file as a container sees it: layers are stacked, whiteouts are applied, \
            and links are followed inside the image. The layers are read to their ends and verified. A file with \
            control characters is not printed to a terminal.
            """
        ],
        positionals: [
            Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1),
            Positional(name: "PATH", kind: .free, minimum: 1, maximum: 1),
        ],
        flags: [
            Flag(
                "platform", value: .required("P", .platform), group: .selection,
                help: "Print the file of the image for this platform (default: the only one).")
        ] + RegistryFlags.all,
        exclusive: RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge cat app.tar /etc/os-release", what: "Print a file of an image."),
            CommandExample(
                line: "ocimerge cat multi/ /etc/passwd --platform linux/s390x",
                what: "Print a file of one platform."),
        ])
}

/// The arguments of `cat`, as typed.
struct CatRequest: Sendable, Equatable {
    let source: String
    let path: String
    /// `nil` if the source has one platform.
    let platform: String?
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try ConnectionOptions(parsed)
        source = parsed.positionals[0]
        path = parsed.positionals[1]
        platform = parsed.value("platform")
    }
}
