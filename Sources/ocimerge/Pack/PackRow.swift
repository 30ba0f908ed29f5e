enum PackRow {
    static let command = Command(
        name: "pack",
        summary: "write an archive of what a receiver does not have yet",
        usage: ["ocimerge pack SOURCE... -o DEST [--since BASE]... [OPTION]..."],
        details: [
            """
            Joins or copies SOURCEs as merge does, and leaves out every blob that BASE has: an archive or a layout, a \
            former increment, or a list of digests as inspect --blobs, ls blobs/sha256 or sha256sum print it. Whoever \
            has loaded a former increment has everything that it names. Without --since nothing is left out.
            """,
            """
            The increment is an OCI archive of the new blobs and all documents. Its receiver completes it in a layout \
            that holds the rest: ocimerge week2.tar --update -o mirror/. What is found there is verified to the last \
            byte, and what is found nowhere is listed before anything is written. Docker and others do not take it for \
            a whole image.
            """,
            """
            SIZE is in bytes or has one of the units K, M, G, T (powers of 1024) or KB, MB, GB, TB (of 1000). FAT takes \
            no file of 4G: write 4095M. X.tar.001 is read as a SOURCE like any other, with the volumes beside it.
            """,
        ],
        positionals: MergeRow.command.positionals,
        flags: [
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: "Write the archive to DEST (required): X.tar, X.tar.gz, X.tar.zst or - for standard output."),
            Flag(
                "since", value: .required("BASE", .path), repeatable: true, group: .selection,
                help: "Leave out the blobs of BASE (repeatable)."),
            Flag(
                "reuse", group: .selection,
                help: """
                    Leave out layers too of which BASE has the content in another compression: the image names BASE's \
                    layer instead, and its manifest gets another digest.
                    """),
        ] + MergeRow.command.flags.filter { !["output", "update", "help"].contains($0.long) },
        exclusive: MergeRow.command.exclusive.filter { !$0.contains("update") },
        examples: [
            CommandExample(
                line: "ocimerge pack app.tar -o week2.tar --since week1.tar",
                what: "Carry what has changed since last week."),
            CommandExample(
                line: "ocimerge pack multi/ -o week2.tar --since mirror.blobs --split 4095M",
                what: "The same by the receiver's list, in volumes for a FAT stick."),
            CommandExample(
                line: "ocimerge week2.tar.001 --update -o mirror/",
                what: "Complete it at the receiver."),
        ])
}
