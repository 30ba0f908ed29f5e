internal import ByteIO

enum PushRow {
    static let command = Command(
        name: "push",
        work: .pushing,
        summary: "push an image to registries",
        usage: [
            "ocimerge push SOURCE REF [REF...] [OPTION]...",
            "ocimerge push SOURCE --all PREFIX [OPTION]...",
            "ocimerge push --list FILE --all PREFIX [OPTION]...",
            "ocimerge push --spec FILE [OPTION]...",
        ],
        details: [
            """
            Push exactly the digests that inspect shows. REF is HOST/REPO[:TAG], with or without docker:// before \
            it. Several REFs in one repository are one push with several tags. Blobs of the first repository are \
            mounted into the next one of the same registry. The executables of a file are checked first: a \
            contradiction of the platform is an error. An image that the registry has under every REF is not checked.
            """,
            """
            Blobs that the registry has are not sent. A manifest that it has proves its blobs; with --verify each of \
            them is asked for. Blobs that another of its repositories has are mounted. The other blobs are uploaded \
            in parallel. Tags come last, after everything that they need. An interrupted upload resumes in this run \
            or in the next.
            """,
            """
            --all pushes every named image below PREFIX: docker.io/library/busybox:1 to PREFIX/busybox:1, \
            quay.io/org/app:2 to PREFIX/org/app:2, and a bare tag to PREFIX:TAG. --spec FILE is merge --spec FILE -o \
            docker://IMAGE; the spec names IMAGE and its tags.
            """,
            """
            --list FILE --all PREFIX copies the images of lists, from registry to registry. FILE has one REF [NAME] \
            a line, or is YAML of Kubernetes or Compose: every value of a key image. NAME is the name below PREFIX.
            """,
            """
            --rewrite FILE prints FILE with the pushed references and sends the report to standard error. Nothing \
            else in FILE changes. If FILE has a reference that is not pushed, nothing is pushed.
            """,
        ],
        positionals: [
            Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1, substitutes: ["spec", "list"]),
            Positional(name: "REF", kind: .free, minimum: 0, maximum: nil),
        ],
        flags: [
            Flag(
                "all", value: .required("PREFIX", .free), group: .selection,
                help: "Push all named images of SOURCE below PREFIX, HOST or HOST/NAMESPACE (default: to REF)."),
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: "Push only these platforms, in an index of these alone (repeatable; default: all)."),
            Flag(
                "spec", value: .required("FILE", .path), group: .selection,
                help: """
                    Merge and push the sources that FILE lists (default: SOURCE). FILE is a YAML spec in the format \
                    of manifest-tool, or - for standard input.
                    """),
            Flag(
                "list", value: .required("FILE", .path), repeatable: true, group: .selection,
                help: """
                    Push the images that FILE lists below --all PREFIX (repeatable; default: SOURCE). FILE is a \
                    list or YAML, or - for standard input.
                    """),
            Flag(
                "rewrite", value: .required("FILE", .path), group: .report,
                help: """
                    With --all: print the list or YAML in FILE with the pushed references (default: print the \
                    report). FILE is - for standard input.
                    """),
            Flag("pin", group: .report, help: "With --rewrite: add the digest to every reference."),
            Flag(
                "ignore-missing", group: .selection,
                help: "Skip missing entries of specs and lists with a warning for each."),
            Flag(
                "fix", group: .selection,
                help: "With --spec: if the executables contradict the declared platform, correct the platform."),
            .trust,
            .evidence,
            .referrers,
            RegistryFlags.chunkSize,
            .verify,
            Flag("dry-run", group: .run, help: "Show what would be pushed and where; push nothing."),
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print only the digest of each image."),
            .json,
            .full,
            .progress,
        ] + RegistryFlags.all,
        exclusive: [
            ["all", "spec"], ["list", "spec"], ["rewrite", "spec"], ["pin", "spec"], ["fix", "trust"],
            ["trust", "evidence"],
        ] + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge push multi/ registry.example/app:1.0 registry.example/app:latest",
                what: "Push an image under two tags."),
            CommandExample(
                line: "ocimerge push multi/ --all localhost:5000/mirror",
                what: "Push all images of a layout to a local registry."),
            CommandExample(
                line: "ocimerge push --list a.yaml --all r.example/m --rewrite a.yaml > b.yaml",
                what: "Copy the images of Kubernetes YAML to another registry, and print the YAML that uses them."),
            CommandExample(
                line:
                    "ocimerge docker://r.io/x:amd64 docker://r.io/x:arm64 -o docker://r.io/x:1",
                what: "Join images in a registry; no layer is transferred."),
        ])
}

/// The command line of `push`. Names are still text, as typed.
struct PushRequest: Sendable, Equatable {
    enum Target: Sendable, Equatable {
        /// At least one reference.
        case references([String])
        case all(under: String)
    }

    enum Input: Sendable, Equatable {
        /// As typed.
        case source(String)
        /// At least one list.
        case lists(ListOptions)
    }

    let input: Input
    let target: Target
    /// The path of a file to print with the pushed references; `nil` if none is printed.
    let rewrites: String?
    /// Whether the printed references have digests.
    let pins: Bool
    /// One platform each, in the order given. If empty, images of all platforms are pushed.
    let platforms: [String]
    let evidence: EvidencePolicy
    let referrers: Bool
    /// Whether the content of all images is verified, and an error refuses the run.
    let verifies: Bool
    let chunkSize: Int64?
    let run: RunOptions
    let registry: ConnectionOptions

    init(_ parsed: ParsedArguments) throws(UsageError) {
        let lists = parsed.values("list")
        input = try lists.isEmpty ? .source(parsed.positionals[0]) : .lists(ListOptions(parsed))
        target = try Self.target(parsed)
        (rewrites, pins) = (parsed.value("rewrite"), parsed.has("pin"))
        if rewrites != nil, parsed.value("all") == nil { throw .dependentOption("--rewrite", needs: "--all PREFIX") }
        if pins, rewrites == nil { throw .dependentOption("--pin", needs: "--rewrite FILE") }
        if parsed.has("ignore-missing"), lists.isEmpty {
            throw .dependentOption("--ignore-missing", needs: "--list FILE or --spec FILE")
        }
        platforms = try MergeRequest.platforms(in: parsed.values("platform"))
        if parsed.has("fix") { throw .dependentOption("--fix", needs: "--spec FILE") }
        evidence = EvidencePolicy(parsed)
        referrers = parsed.has("referrers")
        verifies = parsed.has("verify")
        chunkSize = try parsed.chunkSize()
        run = try RunOptions(parsed)
        registry = try ConnectionOptions(parsed)
    }

    private static func target(_ parsed: ParsedArguments) throws(UsageError) -> Target {
        let references = Array(parsed.positionals.dropFirst())
        if parsed.has("list") {
            if let extra = parsed.positionals.first { throw .unexpectedPositional(extra, command: "push --list") }
            guard let prefix = parsed.value("all") else { throw .dependentOption("--list", needs: "--all PREFIX") }
            return .all(under: prefix)
        }
        guard let prefix = parsed.value("all") else {
            if references.isEmpty { throw .missingPositional("REF", command: parsed.command) }
            let files = references.dropLast().filter { FileSystem.kind(of: $0) != nil }
            if !files.isEmpty, let last = references.last {
                throw .severalPushSources([parsed.positionals[0]] + files, reference: last)
            }
            return .references(references)
        }
        if let reference = references.first { throw .unexpectedPositional(reference, command: "push --all") }
        return .all(under: prefix)
    }
}

extension ParsedArguments {
    /// `nil` if blobs are sent whole, unless a registry takes less.
    func chunkSize() throws(UsageError) -> Int64? {
        guard let size = value("chunk-size") else { return nil }
        return try VolumeSize.parse(size, option: "--chunk-size")
    }
}
