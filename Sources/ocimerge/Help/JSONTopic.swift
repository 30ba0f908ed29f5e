extension HelpTopic {
    static let json = HelpTopic(
        name: "json",
        summary: "the JSON that commands print for programs",
        commands: [
            "merge", "copy", "pack", "push", "pull", "inspect", "fix", "verify", "ls", "tag", "rm", "gc", "diff",
            "schema", "login", "logout",
        ],
        blocks: [
            .paragraph(
                """
                --json prints one object to standard output. Warnings and errors go to standard error as always; the \
                object of most commands repeats the warnings. Sizes are numbers of bytes, digests are whole. An \
                absent value is null or an absent member, never 0 or an empty text. ocimerge schema COMMAND prints \
                the JSON Schema of a command.
                """),
            .paragraph("--quiet prints only digests or names, one a line. It suffices for many scripts."),
            .heading("merge, copy, pack, pull"),
            .terms([
                .init(form: "destination, kind", meaning: "Where the result is, and of which kind: layout, archive."),
                .init(form: "layers, bytes", meaning: "What was written."),
                .init(
                    form: "images, artifacts",
                    meaning: """
                        Each with names, digest, mediaType and size. An image has platforms, each with its digest and \
                        the sources that it came from.
                        """),
                .init(form: "leftOut", meaning: "The layers and bytes that pack omitted."),
                .init(form: "dryRun, warnings", meaning: "Whether nothing was written; every warning."),
            ]),
            .heading("inspect"),
            .paragraph(
                """
                sources: each has source, dialect, increment, images, artifacts, and absent (what an index names and \
                the source lacks). An artifact has names, digest, mediaType, size, type and subject.
                """),
            .paragraph(
                """
                An image has names, digest, mediaType, size and platforms, one for each listing of a manifest. A \
                listing has name, platform, digest, mediaType, size, config, created, layers, evidence, start and \
                attestations. With --evidence=full, start states whether a container starts. A layer has digest, mediaType, size, compression and present.
                """),
            .paragraph(
                """
                A source may list one manifest many times: under several names, or for several platforms. Each \
                listing repeats its details until such repeats exceed 10,000 layers and all manifests together. \
                Further repeats have null for created, layers and attestations. The first listing of the same digest \
                has them. The tree prints "as listed above" there. This jq program finds the layers of every listing:
                """),
            .lines([
                "[.sources[].images[].platforms[]] as $all",
                "| ($all | map(select(.layers)) | INDEX(.digest)) as $full",
                "| $all[] | {name, layers: $full[.digest].layers}",
            ]),
            .heading("ls"),
            .paragraph(
                """
                images: each has name, digest, mediaType, kind, platforms, size and absent. The text form shows up to \
                20 platforms of an image, JSON all. Further names of one image have null for platforms and absent, \
                once such repeats exceed 10,000 entries.
                """),
            .heading("verify"),
            .paragraph(
                """
                sources: each has source, dialect, sound (no errors), errors, warnings, notes and findings. images, artifacts, \
                platforms, blobs and bytes state how many were verified. A source without an image has source, sound \
                and error.
                """),
            .paragraph("A finding has these members:"),
            .terms([
                .init(form: "severity, kind", meaning: "error, warning or note; the kind is a word below."),
                .init(
                    form: "image, names",
                    meaning: """
                        The digest and names of the image that leads to it. names is null if an earlier finding has \
                        them and there are more than 10,000.
                        """),
                .init(form: "path, platform", meaning: "The descriptors that lead to it, and their platform."),
                .init(form: "digest, file, files", meaning: "What it is about."),
                .init(form: "expected, found", meaning: "What disagrees."),
                .init(form: "otherPlaces", meaning: "How many other descriptors lead to the same damage."),
                .init(form: "message", meaning: "The sentence of the text form."),
            ]),
            .heading("Kinds of findings"),
            .terms([
                .init(
                    form: "documents",
                    meaning: "archive, unreadable, document, layout-version, schema1, media-type, too-large, too-deep"),
                .init(
                    form: "presence",
                    meaning: """
                        missing, nothing-present; notes: absent-platform, absent-attestation, foreign-layer, unreached
                        """),
                .init(
                    form: "bytes",
                    meaning: "size, digest, compression, label, not-a-tar, broken-tar; note: encrypted"),
                .init(form: "layers, config", meaning: "layer-count, layer-order, diff-id"),
                .init(
                    form: "platforms",
                    meaning: """
                        platform-missing, platform-disagrees, duplicate-platform, evidence; notes: same-layers, \
                        no-evidence (JSON only)
                        """),
                .init(
                    form: "start",
                    meaning: """
                        start-absent, start-not-a-file, start-not-executable, start-link, start-interpreter, \
                        start-script-loop, start-loader, start-machine, start-format, start-user, start-group, \
                        start-workdir; \
                        warnings: start-library, start-symbol-version; notes: start-level, start-outside, start-unchecked, \
                        and JSON only: start-wrapper, start-empty
                        """),
                .init(form: "names", meaning: "name, ambiguous-name, dangling-attestation"),
                .init(form: "unneeded files", meaning: "notes: orphans, extras"),
            ]),
            .heading("fix"),
            .paragraph(
                """
                source, destination, changed and images. Each image has names, and its digest before and after. Its \
                platforms state platform, manifest and config, each before and after.
                """),
        ])
}
