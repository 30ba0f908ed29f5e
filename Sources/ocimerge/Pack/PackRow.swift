enum PackRow {
    static let command = Command(
        name: "pack",
        work: .writing,
        summary: "write an archive of the blobs that a receiver lacks",
        usage: ["ocimerge pack SOURCE... -o DEST [--since BASE]... [OPTION]..."],
        details: [
            """
            Join or copy SOURCEs as merge does, and omit every blob that BASE has. BASE is an archive, a layout, \
            an earlier increment, or a list of digests. Such a list comes from inspect --blobs, ls blobs/sha256 or \
            sha256sum. A receiver that has loaded an earlier increment has every blob that it names. Without --since \
            no blob is omitted.
            """,
            """
            The increment is an OCI archive of the new blobs and all documents. The receiver completes it in a \
            layout that holds the rest: ocimerge week2.tar --update -o mirror/. Blobs found there are verified \
            completely. Blobs found nowhere are listed before anything is written. Docker and other tools do not \
            accept an increment as a whole image.
            """,
            """
            SIZE is in bytes or has a unit: K, M, G, T (powers of 1024) or KB, MB, GB, TB (powers of 1000). FAT \
            cannot hold a file of 4G: use 4095M. X.tar.001 is a SOURCE like any other and includes the volumes \
            beside it.
            """,
        ],
        positionals: MergeRow.command.positionals,
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: "Write the archive to DEST (required): X.tar, X.tar.gz, X.tar.zst or - for standard output."),
            Flag(
                "since", value: .required("BASE", .path), repeatable: true, group: .selection,
                help: "Omit the blobs of BASE (repeatable; default: omit nothing)."),
            Flag(
                "reuse", group: .selection,
                help: """
                    Also omit layers whose content BASE has in another compression. The image names BASE's layer \
                    instead, and its manifest gets another digest.
                    """),
        ] + MergeRow.command.flags.filter { !["output", "update", "help"].contains($0.long) },
        exclusive: MergeRow.command.exclusive.filter { !$0.contains("update") },
        examples: [
            CommandExample(
                line: "ocimerge pack app.tar -o week2.tar --since week1.tar",
                what: "Write the blobs that are new since last week."),
            CommandExample(
                line: "ocimerge pack multi/ -o week2.tar --since mirror.blobs --split 4095M",
                what: "The same with the receiver's list of blobs, in volumes for FAT."),
            CommandExample(
                line: "ocimerge week2.tar.001 --update -o mirror/",
                what: "Complete the increment at the receiver."),
        ])
}
