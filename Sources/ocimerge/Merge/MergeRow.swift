internal import ByteIO
internal import ImageModel

enum MergeRow {
    static let command = Command(
        name: "merge",
        summary: "join images into one multi-architecture image (the default command)",
        usage: [
            "ocimerge [merge] SOURCE... -o DEST [OPTION]...",
            "ocimerge [merge] --spec FILE [SOURCE...] -o DEST [OPTION]...",
        ],
        details: [
            """
            Every source contributes all its images: a single image one platform, an index each of its children. If \
            every source holds one image, the result is one index; if sources hold several named images, they are \
            joined by name. One source alone is copied or converted.
            """,
            """
            Entries are sorted by platform and what needs no edit keeps its bytes and digest: the same inputs give the \
            same result, in whatever order they are named. Two different images for one platform are refused. Either \
            the complete result appears or nothing does.
            """,
            """
            A spec is YAML as manifest-tool reads it: image and tags name the result, manifests is a list of sources. \
            The image of each is a SOURCE, relative to the folder of FILE, and its platform, which may be left out, \
            has os, architecture, variant, os.version and os.features. annotations are those of the index; \
            ignore-missing: true is the option of that name.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil, substitute: "spec")],
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the result to DEST (required): an OCI image layout directory, an archive (X.tar, X.tar.gz, \
                    X.tar.zst), - for standard output, or a registry (docker://HOST/NAME:TAG).
                    """),
            Flag(
                "tag", short: "t", value: .required("NAME", .free), repeatable: true, group: .result,
                help: "Name the result NAME (repeatable)."),
            Flag(
                "annotation", value: .required("KEY=VALUE", .free), repeatable: true, group: .result,
                help: """
                    Annotate the index, or the document that index:, manifest[PLATFORM]: or descriptor[PLATFORM]: \
                    before the KEY names (repeatable).
                    """),
            Flag(
                "format", value: .required("FORMAT", .choice(ImageFormat.allCases.map(\.rawValue))), group: .result,
                help: "Convert the media types of all images to those of FORMAT, oci or docker."),
            Flag(
                "update", group: .result,
                help: "Add the named image to the layout at DEST, or replace it there."),
            Flag("force", group: .result, help: "Replace what stands at DEST as a whole (not together with --update)."),
            Flag(
                "split", value: .required("SIZE", .free), group: .result,
                help: """
                    Write the archive in volumes of at most SIZE (4095M, 700MB): DEST.001 and so on, with DEST.sha256 for \
                    sha256sum -c.
                    """),
            Flag(
                "default-platform", value: .required("P", .platform), group: .result,
                help: """
                    The platform of an archive that engines load which know one only; linux/amd64 or else the first \
                    unless given, on whatever machine.
                    """),
            Flag(
                "spec", value: .required("FILE", .path), group: .selection,
                help: "Merge what FILE names, a YAML spec as manifest-tool reads it, or - for standard input."),
            Flag(
                "ignore-missing", group: .selection,
                help: "Leave out, with a warning, what the spec names and does not exist."),
            Flag(
                "compress", value: .required("HOW", .leveled(CompressionWish.Method.allCases.map(\.rawValue))),
                group: .result,
                help: """
                    Compress the layers that are not: gzip or zstd, with a level where wanted (gzip:1 to gzip:12, \
                    \(Recipe.defaultGzipLevel) unless given; zstd:1 to zstd:19, \(Recipe.defaultZstdLevel) unless \
                    given); none leaves them plain, and with --recompress unpacks those that are compressed.
                    """),
            Flag(
                "recompress", group: .result,
                help: "With --compress, store those layers anew too that are compressed already."),
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: "Keep only the images for these platforms (repeatable)."),
            Flag(
                "fix", group: .selection,
                help: "Where the executables inside contradict the declared platform, believe the executables."),
            Flag(
                "trust", group: .selection,
                help: "Believe the declared platforms without a look at the executables inside."),
            .referrers,
            .evidence,
            Flag("dry-run", group: .run, help: "Show what would be written and write nothing."),
            .sync,
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print only the digest of the result."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ] + RegistryFlags.all + [RegistryFlags.chunkSize],
        exclusive: [["update", "force"], ["fix", "trust"], ["trust", "evidence"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar -o multi/",
                what: "Join two single-architecture images into one."),
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar=linux/s390x -t demo/app:1.0 -o multi/",
                what: "The same, stating the platform of the second and naming the result."),
            CommandExample(
                line: "ocimerge --spec app.yaml -o multi/",
                what: "Join what the manifests of a YAML spec name."),
            CommandExample(
                line: "docker save app | ocimerge - -o app/",
                what: "Convert what docker save writes into an OCI image layout."),
            CommandExample(
                line: "ocimerge multi/ -o transfer.tar",
                what: "Write one archive that every engine and tool loads."),
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar -o docker://registry.example/app:1.0",
                what: "Push the two as one image."),
            CommandExample(
                line: "ocimerge build.tar:demo/app:1.0 -o out/",
                what: "Take one image out of an archive that holds several."),
        ])
}
