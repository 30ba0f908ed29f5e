internal import ImageSources

enum VerifyRow {
    static let command = Command(
        name: "verify", aliases: ["validate"],
        summary: "check every byte and every claim of an image",
        usage: [
            "ocimerge verify SOURCE... [--receipt FILE] [--expect FILE] [OPTION]...",
            "ocimerge verify SOURCE... --html FILE [OPTION]...",
            "ocimerge verify SOURCE... --against DEST [--blobs] [OPTION]...",
        ],
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
            """
            --receipt records what was read: names, digests, platforms, sizes and findings. --expect compares the \
            sources with a receipt, wherever the images are now: in a layout, archives or registries. Below a prefix, \
            names count as push --all writes them. A receipt is complete or absent. It is also written if there are \
            errors, and says so. SOURCE_DATE_EPOCH sets its time. A receipt that travels with its bundle proves \
            completeness, not origin: compare its SHA-256 with one that came another way.
            """,
            """
            --against compares the documents of SOURCE with DEST and reads no layer: DEST must hold every image. DEST \
            is a layout, an archive, docker://HOST/REPO:TAG for one image, or docker://HOST[/PREFIX] with names as in \
            push --all. An equal digest in a registry takes one request. In files each blob must be present with its \
            size. Signatures and other referrers are not compared.
            """,
        ],
        table: HelpTable.proofs,
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            Flag(
                "receipt", value: .required("FILE", .path), group: .result,
                help: "Write a receipt of what was read, as JSON (default: no receipt)."),
            .html,
            Flag("force", group: .result, help: "Replace existing files of --receipt and --html."),
            Flag(
                "expect", value: .required("FILE", .path), group: .selection,
                help: """
                    Also compare names, platforms and digests with the receipt FILE; more images are notes (default: \
                    no comparison).
                    """),
            Flag(
                "against", value: .required("DEST", .path), group: .selection,
                help: """
                    Only check that DEST holds every image of SOURCE; read no layer (default: verify SOURCE itself).
                    """),
            Flag(
                "blobs", group: .selection,
                help: "With --against: also ask a registry for every blob and its size, one request each."),
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print nothing; only set the exit status."),
            Flag("json", group: .report, help: "Print the findings as JSON."),
            Flag(
                "no-start-check", group: .selection,
                help: "Do not check whether a container would start; for base images and images of data."),
            .full,
            .progress,
        ] + RegistryFlags.all,
        exclusive: [
            ["quiet", "json"], ["against", "receipt"], ["against", "expect"], ["against", "no-start-check"],
            ["against", "html"],
        ] + RegistryFlags.exclusive,
        examples: [
            CommandExample(line: "ocimerge verify multi/", what: "Check a layout."),
            CommandExample(
                line: "docker save app | ocimerge verify -", what: "Check the output of docker save without storing it."
            ),
            CommandExample(
                line: "ocimerge verify --no-start-check base.tar", what: "Check an image that is not meant to run."),
            CommandExample(
                line: "ocimerge verify bundle.tar --receipt bundle.json", what: "Record what a bundle holds."),
            CommandExample(
                line: "ocimerge verify multi/ --html multi.html", what: "Also write the report as a page to send."),
            CommandExample(
                line: "ocimerge verify multi/ --expect bundle.json", what: "Check that all of it has arrived."),
            CommandExample(
                line: "ocimerge verify bundle.tar --against docker://localhost:5000/mirror",
                what: "Check that a registry holds every image of a bundle."),
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
    /// The path of the receipt to write; `nil` if none is written.
    let receipt: String?
    /// The page to write; `nil` if none is written.
    let page: PageOption?
    /// Whether an existing receipt is replaced.
    let replacesReceipt: Bool
    /// The path of the receipt to compare with; `nil` if there is none.
    let expected: String?
    /// The place that must hold the images; `nil` if the sources are verified.
    let against: String?
    /// Whether a registry is asked for every blob.
    let checksBlobs: Bool
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        registry = try ConnectionOptions(parsed)
        sources = parsed.positionals
        run = try RunOptions(parsed)
        checksStart = !parsed.has("no-start-check")
        receipt = parsed.value("receipt")
        replacesReceipt = parsed.has("force")
        page = PageOption(parsed)
        expected = parsed.value("expect")
        against = parsed.value("against")
        checksBlobs = parsed.has("blobs")
        if replacesReceipt, receipt == nil, page == nil {
            throw .dependentOption("--force", needs: "--receipt FILE or --html FILE")
        }
        if checksBlobs, against == nil { throw .dependentOption("--blobs", needs: "--against DEST") }
    }

    /// The paths of the sources and of the expected receipt.
    var readPaths: [String] {
        sources.compactMap { (try? SourceReference(parsing: $0))?.path } + [expected].compactMap(\.self)
    }

    var printsText: Bool { !run.json && !run.quiet }

    /// The arguments that may name registries. A prefix is completed to a reference.
    var registryArguments: [String] {
        sources + (against.map { [AgainstDestination.sampleReference(of: $0)] } ?? [])
    }
}
