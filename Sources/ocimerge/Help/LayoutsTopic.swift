extension HelpTopic {
    static let layouts = HelpTopic(
        name: "layouts",
        summary: "names, referrers and unneeded blobs of an OCI image layout",
        commands: ["ls", "tag", "rm", "gc"],
        blocks: [
            .paragraph(
                """
                A layout is a directory with oci-layout, index.json and blobs/. Each entry of index.json is an image \
                or an artifact, and several entries may lead to one digest.
                """),
            .examples([
                CommandExample(line: "ocimerge ls mirror/", what: "List names, digests, platforms and sizes."),
                CommandExample(line: "ocimerge tag mirror:demo/app:1.0 stable", what: "Add or move a tag."),
                CommandExample(line: "ocimerge rm mirror:demo/app:1.0", what: "Remove a name; blobs stay."),
                CommandExample(line: "ocimerge gc mirror/ --dry-run", what: "List the blobs that no entry needs."),
            ]),
            .heading("Names"),
            .paragraph(
                """
                The annotation org.opencontainers.image.ref.name is the name of an entry: a tag, or a full name. \
                io.containerd.image.name supplies the repository of a tag. oras and umoci copy that annotation to a \
                new tag. Such an entry is read as the repository with the new tag, with a warning.
                """),
            .paragraph(
                """
                tag takes a tag of the same repository (stable) or a whole name (demo/other:1.0). A bare name as in \
                docker needs its tag here: demo/other:latest. rm with @DIGEST removes every entry of that digest.
                """),
            .heading("Referrers"),
            .paragraph(
                """
                --referrers into a layout writes an entry for each referrer, where oras finds it. It also lists them \
                under the tag sha256-HEX of the subject, where regctl finds them. rm removes both with the last name \
                of the subject. Signatures and attestations of cosign are artifacts, although their config has the \
                type of an image.
                """),
            .paragraph(
                """
                oras lists the children of an index without a name, regctl with the name of the index. rm removes the \
                unnamed ones with the index.
                """),
            .heading("Unneeded blobs"),
            .paragraph(
                """
                gc keeps everything that an entry leads to: attestations, signatures, and documents of unknown kinds. \
                It waits for runs of ocimerge that update the layout. Other tools must not write to the layout at the \
                same time.
                """),
        ])
}
