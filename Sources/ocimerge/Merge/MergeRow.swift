internal import ByteIO
internal import ImageModel

enum MergeRow {
    static let command = Command(
        name: "merge",
        work: .writing,
        summary: "join images into one multi-architecture image (the default command)",
        usage: [
            "ocimerge [merge] SOURCE... -o DEST [OPTION]...",
            "ocimerge [merge] --spec FILE [SOURCE...] -o DEST [OPTION]...",
        ],
        details: [
            """
            Every source contributes all its images. A single image is one platform; an index is one platform for \
            each child. If every source holds one image, the result is one index. If sources hold several named \
            images, images of one name are joined. A single source is copied or converted.
            """,
            """
            Entries are sorted by platform. Content that needs no edit keeps its bytes and digest. The same inputs \
            give the same result, in any order. Two different images for one platform are an error. Either the \
            complete result appears or nothing does.
            """,
            """
            A spec is a YAML file in the format of manifest-tool. The keys image and tags name the result; manifests \
            is a list of sources. The image of each item is a SOURCE, relative to the directory of FILE. The \
            platform of an item is optional; its keys are os, architecture, variant, os.version and os.features. The \
            key annotations annotates the index; ignore-missing: true is the option --ignore-missing.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil, substitutes: ["spec"])],
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the result to DEST (required). DEST is an OCI image layout directory, an archive (X.tar, \
                    X.tar.gz, X.tar.zst), - for standard output, or a registry (docker://HOST/NAME:TAG).
                    """),
            Flag(
                "tag", short: "t", value: .required("NAME", .free), repeatable: true, group: .result,
                help: "Name the result NAME (repeatable; default: the names common to all sources)."),
            Flag(
                "annotation", value: .required("KEY=VALUE", .free), repeatable: true, group: .result,
                help: """
                    Annotate the index (repeatable; default: no change). A prefix before KEY selects another document: index:, \
                    manifest[PLATFORM]: or descriptor[PLATFORM]:.
                    """),
            Flag(
                "format", value: .required("FORMAT", .choice(ImageFormat.allCases.map(\.rawValue))), group: .result,
                help: "Convert the media types of all images to FORMAT, oci or docker (default: no conversion)."),
            Flag(
                "update", group: .result,
                help: "Add the named image to the layout at DEST, or replace it there."),
            Flag("force", group: .result, help: "Replace DEST as a whole; excludes --update."),
            Flag(
                "split", value: .required("SIZE", .free), group: .result,
                help: """
                    Write the archive in volumes of at most SIZE (4095M, 700MB): DEST.001 and so on (default: one \
                    file). DEST.sha256 lists their digests for sha256sum -c.
                    """),
            Flag(
                "default-platform", value: .required("P", .platform), group: .result,
                help: """
                    Select the platform for engines that load only one (default: linux/amd64, else the first, on \
                    every machine).
                    """),
            Flag(
                "spec", value: .required("FILE", .path), group: .selection,
                help: """
                    Merge the sources that FILE lists, a YAML spec in the format of manifest-tool, or - for standard \
                    input (default: SOURCE arguments).
                    """),
            Flag(
                "ignore-missing", group: .selection,
                help: "Skip missing spec entries with a warning."),
            Flag(
                "compress", value: .required("HOW", .leveled(LayerCompression.allCases.map(\.rawValue))),
                group: .result,
                help: """
                    Compress uncompressed layers with gzip or zstd (default: layers keep their compression). A level \
                    is optional: gzip:1 to gzip:12 (default: \(Recipe.defaultGzipLevel)), zstd:1 to zstd:19 \
                    (default: \(Recipe.defaultZstdLevel)). none compresses nothing, and with --recompress \
                    decompresses compressed layers.
                    """),
            Flag(
                "recompress", group: .result,
                help: "Compress layers again that are compressed already (needs --compress)."),
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: "Keep only the images for these platforms (repeatable; default: all)."),
            Flag(
                "fix", group: .selection,
                help: "Correct a declared platform that the executables contradict (default: refuse it)."),
            .trust,
            .referrers,
            .allowIncomplete,
            .evidence,
            .verify,
            Flag("dry-run", group: .run, help: "Show what would be written; write nothing."),
            .fresh,
            .sync,
            .jobs,
            .quiet,
            .json,
            .full,
            .progress,
        ] + RegistryFlags.all + [RegistryFlags.chunkSize],
        exclusive: [["update", "force"], ["fix", "trust"], ["trust", "evidence"]] + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar -o multi/",
                what: "Join two single-architecture images into one."),
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar=linux/s390x -t demo/app:1.0 -o multi/",
                what: "The same, with a name and a stated platform for the second source."),
            CommandExample(
                line: "ocimerge --spec app.yaml -o multi/",
                what: "Join the sources of a YAML spec."),
            CommandExample(
                line: "docker save app | ocimerge - -o app/",
                what: "Convert the output of docker save into an OCI image layout."),
            CommandExample(
                line: "ocimerge multi/ -o transfer.tar",
                what: "Write one archive that every engine and tool loads."),
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar -o docker://registry.example/app:1.0",
                what: "Join two images and push the result."),
            CommandExample(
                line: "ocimerge build.tar:demo/app:1.0 -o out/",
                what: "Copy one image out of an archive that holds several."),
        ])
}
