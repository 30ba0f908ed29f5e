extension HelpTopic {
    static let sources = HelpTopic(
        name: "sources",
        summary: "how to name an image to read, and which formats are read",
        commands: ["merge", "copy", "pack", "push", "inspect", "digest", "fix", "verify", "ls", "diff", "cat"],
        blocks: [
            .terms(ReferenceText.sources),
            .paragraph(
                """
                PATH is the longest existing path before a : or @, so odd file names work. Write ./inspect for a \
                file that is named like a command. Write a file that starts with a dash after --.
                """),
            .paragraph(
                """
                NAME is a whole name (demo/app:1.0) or a bare tag. HEX is the digest of an index, a manifest or a \
                config. The digest of the config is the image ID of docker. Pipes such as <(docker save app) are \
                read like files.
                """),
            .heading("Formats"),
            .paragraph(
                """
                Reads the output of docker save (engine 1.10 and newer, both image stores), podman, buildah, skopeo, \
                containerd and BuildKit. Also that of crane, ko, kaniko, jib, rules_oci, nix, oras and regctl. A \
                whole archive may be compressed with gzip, bzip2, xz, zstd or lz4.
                """),
            .paragraph(
                """
                Archives of engine 25 and newer describe their images twice. The union of both descriptions counts. \
                If they disagree, the digests of the layers decide. In a tree that skopeo sync --dest dir wrote, the \
                path of a directory is the name of its image.
                """),
            .heading("What is an image"),
            .paragraph(
                """
                Signatures, SBOMs, charts and other artifacts are not images. Reports count them as artifacts. They \
                are copied with a whole source; a merge omits them with a warning. The manifest.json of an archive \
                never lists them. An index entry that repeats a \
                child of another index is not a second image.
                """),
            .paragraph(
                """
                An index may name images that the source lacks, because only some platforms were pulled. They are \
                reported and omitted. An image without its config or a layer is an error. So is an index of which no \
                image is present. --allow-incomplete writes what is present; the report and verify then name what is \
                absent.
                """),
            .heading("What is refused"),
            .paragraph(
                """
                Readers disagree about the following inputs, so they are errors. Members or JSON keys appear twice \
                with different content. A document is a manifest and an index at once. Two descriptors give one \
                document different kinds. Embedded data differs from its digest. Links lead out of the archive. \
                Members are sparse. Manifests have schema 1.
                """),
            .paragraph(
                """
                Padding and garbage after the end of an archive are ignored. A second archive within the next 64 MiB \
                is an error, because every reader would lose it (cat a.tar b.tar). An index.json or manifest.json \
                may have 20 MiB (about 60,000 names), any other document 4 MiB. Layers compressed with bzip2 or xz \
                are refused: images have no media type for them.
                """),
            .heading("Spec files"),
            .paragraph(
                """
                merge --spec FILE and push --spec FILE read sources from a YAML file in the format of manifest-tool. \
                Paths are relative to the directory of FILE. Errors name the line. Unknown keys are errors: a \
                misspelt key would otherwise be ignored.
                """),
            .lines([
                "image: demo/app:1.0",
                "tags: [\"1\", latest]",
                "manifests:",
                "  - image: amd64.tar",
                "  - image: s390x.tar",
                "    platform: {os: linux, architecture: s390x}",
            ]),
            .heading("Lists"),
            .paragraph(
                """
                --list FILE reads a plain list or YAML; the first line of content decides. A plain list has one \
                SOURCE [NAME] a line, and comments after #. Short names are read as docker reads them. A word is a \
                path if FILE's folder has that file. It is also a path if it starts with ./, ../, / or oci:, or ends \
                like an archive.
                """),
            .paragraph(
                """
                In YAML, documents with the key kind (Kubernetes) or services (Compose) count. Every value of a key \
                image is an image of a registry, at any depth. Empty values are skipped. Expressions such as {{ x }} \
                or $X are errors: render the file first. The YAML inside a ConfigMap is not read.
                """),
        ])
}
