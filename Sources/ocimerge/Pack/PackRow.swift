enum PackRow {
    static let command = Command(
        name: "pack",
        work: .writing,
        summary: "put many images into one archive or layout, each under its own name",
        usage: [
            "ocimerge pack SOURCE... -o DEST [OPTION]...",
            "ocimerge pack --list FILE [SOURCE...] -o DEST [OPTION]...",
        ],
        details: [
            """
            Every image keeps its name, and its digest if nothing is left out. Images of one name from several sources \
            are joined by platform. Artifacts such as Helm charts are copied and not examined. To join images of \
            different names into one, use merge. DEST is an archive for every loader, or a layout.
            """,
            """
            FILE is plain text, a lock file or YAML. Plain text has one SOURCE [NAME] a line; docker:// before a \
            reference is optional, and # begins a comment. In YAML every value of a key image is a reference. Documents \
            with kind (Kubernetes) or services (Compose) count. Text with {{ or ${ is an error: render it first. All \
            images that are missing are reported together, with their lines.
            """,
            """
            BASE is an archive, a layout, an earlier increment, or a list of digests. Such a list comes from inspect \
            --blobs, ls blobs/sha256 or sha256sum. A receiver that has loaded an earlier increment has every blob that \
            it names.
            """,
            """
            The increment is an archive of the new blobs and all documents. The receiver completes it in a \
            layout that holds the rest: ocimerge week2.tar --update -o mirror/. Blobs found there are verified \
            completely. Blobs found nowhere are listed before anything is written. Docker, ctr and podman complete \
            it if they have loaded the base. Without the base, ctr and some other engines keep an incomplete image: see \
            ocimerge help transfer.
            """,
            """
            A rule of --rename replaces a whole name or its beginning, up to a / or :. Of several rules, the longest FROM \
            applies. A reference by digest alone keeps REPO@DIGEST as its name.
            """,
            """
            SIZE is in bytes or has a unit: K, M, G, T (powers of 1024) or KB, MB, GB, TB (powers of 1000). FAT \
            cannot hold a file of 4G: use 4095M. X.tar.001 is a SOURCE like any other and includes the volumes \
            beside it.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil, substitutes: ["list"])],
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the images to DEST (required): X.tar, X.tar.gz, X.tar.zst, - for standard output, or a layout \
                    DIR/.
                    """),
            Flag(
                "list", value: .required("FILE", .path), repeatable: true, group: .selection,
                help: "Pack the images that FILE lists, - for standard input (repeatable; default: SOURCE arguments)."),
            Flag(
                "ignore-missing", group: .selection,
                help: "Skip images and platforms that do not exist, with a warning for each."),
            Flag(
                "rename", value: .required("FROM=TO", .free), repeatable: true, group: .result,
                help: "Rename the images whose names begin with FROM (repeatable; default: names stay)."),
            Flag(
                "mirror", value: .required("HOST=HOST2[/PREFIX]", .free), repeatable: true, group: .selection,
                help: "Read the images of registry HOST from HOST2; names stay (repeatable; default: HOST)."),
            Flag(
                "sparse", group: .selection,
                help: "With --platform, keep each index and its digest, although it names images that are left out."),
            Flag(
                "lock", value: .required("FILE", .path), group: .result,
                help: "Write the digest of every registry image to FILE, itself a list (default: no file)."),
            Flag(
                "receipt", value: .required("FILE", .path), group: .result,
                help: """
                    Write the names, platforms, digests and sizes of the images to FILE, for verify --expect (default: \
                    no file).
                    """),
            Flag(
                "locked", value: .required("FILE", .path), group: .selection,
                help: """
                    Read the digests of lock FILE. A tag that moved or is not in FILE is an error (default: resolve \
                    tags).
                    """),
            Flag(
                "since", value: .required("BASE", .path), repeatable: true, group: .selection,
                help: "Omit the blobs of BASE (repeatable; default: omit nothing)."),
            Flag(
                "reuse", group: .selection,
                help: """
                    Also omit layers whose content BASE has in another compression. The image names BASE's layer \
                    instead, and its manifest gets another digest.
                    """),
            Flag(
                "tag", short: "t", value: .required("NAME", .free), repeatable: true, group: .result,
                help: "Name the only image NAME (repeatable; default: its own name)."),
            Flag(
                "update", group: .result,
                help: "Add the images to the layout at DEST, or replace those of the same names."),
        ]
            + MergeRow.command.flags.filter {
                !["output", "update", "help", "tag", "spec", "ignore-missing"].contains($0.long)
            },
        exclusive: MergeRow.command.exclusive + [["lock", "locked"]],
        examples: [
            CommandExample(
                line: "ocimerge pack --list images.yaml -o bundle.tar.zst",
                what: "Pack the images of Kubernetes or Compose files."),
            CommandExample(
                line: "ocimerge pack --list images.txt --platform linux/arm64 -o bundle.tar",
                what: "Pack one platform of every image."),
            CommandExample(
                line: "ocimerge pack --list images.txt -o week2.tar --since bundle.tar",
                what: "Write the blobs that are new since the last bundle."),
            CommandExample(
                line: "ocimerge pack multi/ -o week2.tar --since mirror.blobs --split 4095M",
                what: "The same with the receiver's list of blobs, in volumes for FAT."),
            CommandExample(
                line: "ocimerge week2.tar.001 --update -o mirror/",
                what: "Complete the increment at the receiver."),
        ])
}
