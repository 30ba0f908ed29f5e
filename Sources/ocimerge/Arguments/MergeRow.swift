internal import ImageModel

enum MergeRow {
    static let command = Command(
        name: "merge",
        summary: "join images into one multi-architecture image (the default command)",
        usage: ["ocimerge [merge] SOURCE... -o DEST [OPTION]..."],
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
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil)],
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the result to DEST (required): an OCI image layout directory, an archive (X.tar, X.tar.gz, \
                    X.tar.zst) or - for standard output.
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
                "default-platform", value: .required("P", .platform), group: .result,
                help: """
                    The platform of an archive that engines load which know one only; linux/amd64 or else the first \
                    unless given.
                    """),
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: "Keep only the images for these platforms (repeatable)."),
            Flag(
                "fix", group: .selection,
                help: "Where the executables inside contradict the declared platform, believe the executables."),
            Flag(
                "trust", group: .selection,
                help: "Believe the declared platforms without a look at the executables inside."),
            .evidence,
            Flag("dry-run", group: .run, help: "Show what would be written and write nothing."),
            .sync,
            .jobs,
            Flag("quiet", short: "q", group: .report, help: "Print only the digest of the result."),
            Flag("json", group: .report, help: "Print the result as JSON."),
        ],
        exclusive: [["update", "force"], ["fix", "trust"], ["trust", "evidence"]],
        examples: [
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar -o multi/",
                what: "Join two single-architecture images into one."),
            CommandExample(
                line: "ocimerge amd64.tar s390x.tar=linux/s390x -t demo/app:1.0 -o multi/",
                what: "The same, stating the platform of the second and naming the result."),
            CommandExample(
                line: "docker save app | ocimerge - -o app/",
                what: "Convert what docker save writes into an OCI image layout."),
            CommandExample(
                line: "ocimerge multi/ -o transfer.tar",
                what: "Write one archive that every engine and tool loads."),
            CommandExample(
                line: "ocimerge build.tar:demo/app:1.0 -o out/",
                what: "Take one image out of an archive that holds several."),
        ])
}
