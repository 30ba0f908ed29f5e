internal import ImageSinks

enum FixRow {
    static let command = Command(
        name: "fix",
        work: .writing,
        summary: "correct the platform that an image declares",
        usage: [
            "ocimerge fix SOURCE --platform P (-o DEST|--in-place) [OPTION]...",
            "ocimerge fix SOURCE --auto (-o DEST|--in-place) [OPTION]...",
        ],
        details: [
            """
            Correct operating system, architecture, variant, version and features. They change in the config, in \
            the descriptors of an index and in their copies in an archive. Digests follow; every other byte stays. \
            SOURCE:NAME or SOURCE@DIGEST selects the image. An image with several names is corrected under all of \
            them.
            """,
            """
            An archive stays an archive of its kind with --in-place, or if DEST has the suffix of an archive: .tar, \
            .tar.gz, .tgz, .tar.zst, .tar.xz, .tar.bz2, .tar.lz4. The original is intact until the new one is \
            complete. Every blob is verified while it is copied.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1)],
        flags: [
            Flag(
                "platform", value: .required("P|OLD=NEW", .platform), repeatable: true, group: .selection,
                help: """
                    Set the platform of the only image to P, or of each OLD image to NEW (required, or --auto). \
                    Repeatable, or separated by commas.
                    """),
            Flag("auto", group: .selection, help: "Set the platform of each image to that of its executables."),
            Flag(
                "trust", group: .selection,
                help: "Trust --platform, also an unknown platform; do not check the executables."),
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the result to DEST (required, or --in-place). DEST is an OCI image layout directory, an \
                    archive if SOURCE is one, or a registry (docker://HOST/NAME:TAG).
                    """),
        ] + RevisionFlags.all + RegistryFlags.all,
        exclusive: [["platform", "auto"], ["trust", "auto"]] + RevisionFlags.exclusive + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge fix s390x.tar --platform linux/s390x -o fixed.tar",
                what: "Correct an image whose metadata names the wrong platform."),
            CommandExample(
                line: "ocimerge fix multi/ --platform linux/amd64=linux/arm64 --in-place",
                what: "Correct one platform of a multi-architecture image in place."),
            CommandExample(
                line: "ocimerge fix multi/ --auto --in-place --dry-run",
                what: "Show the platforms of the executables and the changes."),
        ])
}

/// The arguments of `fix`. Platforms and paths are text as typed.
struct FixRequest: Sendable, Equatable {
    enum Platforms: Sendable, Equatable {
        /// The new platform of the only image.
        case only(String)
        case replacing([Replacement])
        /// The platforms of the executables.
        case auto
    }

    /// The new platform of all images that declare the old one.
    struct Replacement: Sendable, Equatable {
        let old: String
        let new: String
    }

    let revision: RevisionRequest
    let platforms: Platforms
    /// Whether the executables are not checked.
    let isTrusting: Bool

    init(_ parsed: ParsedArguments) throws(UsageError) {
        revision = try RevisionRequest(parsed)
        platforms = try Self.platforms(parsed)
        isTrusting = parsed.has("trust")
    }

    private static func platforms(_ parsed: ParsedArguments) throws(UsageError) -> Platforms {
        if parsed.has("auto") { return .auto }
        let parts = try MergeRequest.platforms(in: parsed.values("platform"))
        guard let first = parts.first else {
            throw .missingOption("--platform", value: "P or --auto", command: parsed.command)
        }
        if parts.count == 1, !first.utf8.contains(UInt8(ascii: "=")) { return .only(first) }
        var replacements: [Replacement] = []
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { throw .severalPlatforms(part) }
            replacements.append(
                Replacement(old: String(part[..<equals]), new: String(part[part.index(after: equals)...])))
        }
        return .replacing(replacements)
    }
}
