enum InspectRow {
    static let command = Command(
        name: "inspect",
        work: .reading,
        summary: "show the content of an image",
        usage: [
            "ocimerge inspect SOURCE... [--history|--platforms|--blobs|--json]",
            "ocimerge inspect SOURCE... --html FILE [--json]",
            "ocimerge inspect SOURCE --raw",
            "ocimerge inspect SOURCE --config[=PLATFORM]",
            "ocimerge inspect SOURCE --files[=PATH]",
            "ocimerge inspect --list FILE [SOURCE...] [--platform P] [--json]",
        ],
        details: [
            """
            Without options, print a tree: each image and platform with its digests, settings, annotations, layers \
            and sizes. The tree shows whether the executables agree with the platform. Long values are shortened; \
            JSON has all of them.
            """,
            """
            With --files, list the files of one platform as a container sees them: layers are stacked, whiteouts are \
            applied and hard links are resolved. Extended attributes are not listed. Every layer is read and verified.
            """,
            """
            With --list, print one line for each image: name, digest, platforms, and the size of its layers. The last \
            line has the size of all layers, each counted once. Only documents are read. The exit status is 1 if an \
            image does not exist, or lacks a platform of --platform.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil, substitutes: ["list"])],
        flags: [
            Flag(
                "list", value: .required("FILE", .path), repeatable: true, group: .selection,
                help: """
                    Show the sizes and platforms of the images that FILE lists, as pack reads it (repeatable; default: \
                    SOURCE arguments).
                    """),
            Flag(
                "mirror", value: .required("HOST=HOST2[/PREFIX]", .free), repeatable: true, group: .selection,
                help: "With --list, read the images of registry HOST from HOST2 (repeatable; default: HOST)."),
            Flag("platforms", group: .report, help: "Print one platform per line."),
            Flag(
                "blobs", group: .report,
                help: """
                    Print one blob or document per line: digest, size, media type, and the diffID of a layer. Absent \
                    blobs are omitted, except those of an increment, which its receiver has.
                    """),
            Flag("history", group: .report, help: "Show the steps of the build and the layers that they made."),
            Flag("json", group: .report, help: "Print everything as JSON."),
            .html,
            Flag("force", group: .result, help: "Replace an existing FILE of --html."),
            .full,
            Flag("raw", group: .report, help: "Print the exact bytes of the top document of one SOURCE."),
            Flag(
                "config", value: .optional("PLATFORM", .platform), group: .report,
                help: "Print the exact bytes of the config of one SOURCE, for PLATFORM (default: the only platform)."),
            Flag(
                "files", value: .optional("PATH", .free), group: .report,
                help: "List the files of one platform, or only PATH and the files below it (default: all)."),
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: "Show only the images for these platforms (repeatable; default: all)."),
            .evidence,
        ] + RegistryFlags.all,
        exclusive: [
            ["platforms", "blobs", "json", "raw", "config"], ["platforms", "files"], ["blobs", "files"],
            ["raw", "files"], ["config", "files"], ["list", "platforms"], ["list", "blobs"], ["list", "history"],
            ["list", "raw"], ["list", "config"], ["list", "files"], ["list", "evidence"], ["history", "platforms"],
            ["history", "blobs"],
            ["history", "raw"], ["history", "config"], ["history", "files"],
            ["html", "platforms"], ["html", "blobs"], ["html", "raw"], ["html", "config"], ["html", "files"],
            ["html", "list"],
        ] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge inspect multi/", what: "Show every image and platform of a layout."),
            CommandExample(
                line: "ocimerge inspect --platforms app.tar.gz",
                what: "List the platforms of a compressed archive."),
            CommandExample(
                line: "ocimerge inspect docker://registry.example/app:1.0",
                what: "Show the image of a tag in a registry; no layer is read."),
            CommandExample(
                line: "ocimerge inspect --blobs mirror/ > mirror.blobs",
                what: "List the blobs of a receiver, for pack --since mirror.blobs."),
            CommandExample(
                line: "ocimerge inspect --config=linux/s390x multi/",
                what: "Print the config of one platform, byte for byte."),
            CommandExample(
                line: "ocimerge inspect --files=/etc --platform linux/s390x multi/",
                what: "List the files below /etc in one platform."),
            CommandExample(
                line: "ocimerge inspect --list images.yaml --platform linux/amd64,linux/arm64",
                what: "Check that every image has both platforms, and show the sizes."),
            CommandExample(
                line: "ocimerge inspect multi/ --html multi.html",
                what: "Also write a page to send to others, with settings, layers and history."),
        ])
}

extension InspectRow {
    static let digest = Command(
        name: "digest",
        work: .reading,
        summary: "print the digest of an image",
        usage: ["ocimerge digest SOURCE [--platform P] [OPTION]..."],
        details: [
            """
            Print one line: the digest of the index or manifest of the only image of SOURCE. With --platform it is \
            the digest of the manifest for P. Select one of several images with SOURCE:NAME.
            """
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag(
                "platform", value: .required("P", .platform), group: .selection,
                help: "Print the digest of the manifest for this platform (default: of the image as a whole).")
        ] + RegistryFlags.all,
        exclusive: RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge digest multi/", what: "Print the digest of the image of a layout."),
            CommandExample(
                line: "ocimerge digest docker://registry.example/app:1.0 --platform linux/s390x",
                what: "Print the digest of one platform of an image in a registry."),
        ])
}

/// The arguments of `inspect` and `digest`. Sources and platforms are text as typed.
struct InspectRequest: Sendable, Equatable {
    enum Form: Sendable, Equatable {
        case tree
        case platforms
        case blobs
        case json
        case raw
        /// The digest of the only image.
        case digest
        case config
        /// The files at and below this path; `nil` for all.
        case files(String?)
        /// Sizes and platforms of many images.
        case list(ListOptions)
    }

    /// At least one, unless there is a list; exactly one for `.raw`, `.digest`, `.config` and `.files`.
    let sources: [String]
    let form: Form
    /// If empty, images of all platforms are shown.
    let platforms: [String]
    /// Whether the tree shows the steps of the build.
    let showsHistory: Bool
    /// Whether executables are searched to the end of every layer.
    let isFull: Bool
    /// Whether layers in a registry are searched too.
    let asksEvidence: Bool
    /// `nil` if no page is written.
    let page: PageOption?
    let run: RunOptions
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try ConnectionOptions(parsed)
        run = try RunOptions(parsed)
        sources = parsed.positionals
        showsHistory = parsed.has("history")
        asksEvidence = parsed.has("evidence")
        isFull = parsed.value("evidence") == "full"
        page = PageOption(parsed)
        if page == nil, parsed.has("force") { throw .dependentOption("--force", needs: "--html FILE") }
        var platforms = try MergeRequest.platforms(in: parsed.values("platform"))
        if parsed.command == InspectRow.digest.name {
            form = .digest
        } else if let platform = parsed.value("config") {
            form = .config
            if !platform.isEmpty, !platforms.isEmpty {
                throw .exclusiveOptions("--config=PLATFORM", "--platform")
            }
            if !platform.isEmpty { platforms = [platform] }
        } else if parsed.has("list") {
            form = .list(try ListOptions(parsed))
        } else if parsed.has("mirror") {
            throw .dependentOption("--mirror", needs: "--list FILE")
        } else if parsed.has("raw") {
            form = .raw
        } else if let path = parsed.value("files") {
            form = .files(path.isEmpty ? nil : path)
        } else if parsed.has("json") {
            form = .json
        } else {
            form = parsed.has("platforms") ? .platforms : parsed.has("blobs") ? .blobs : .tree
        }
        self.platforms = platforms
        for option in ["config", "raw", "files"] where parsed.has(option) && sources.count > 1 {
            throw .severalSources(option: "--\(option)", count: sources.count)
        }
    }
}
