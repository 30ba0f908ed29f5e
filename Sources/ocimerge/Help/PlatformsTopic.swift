extension HelpTopic {
    static let platforms = HelpTopic(
        name: "platforms",
        summary: "how platforms are written, checked, selected and corrected",
        commands: ["merge", "copy", "pack", "push", "pull", "inspect", "digest", "fix", "verify", "cat"],
        blocks: [
            .paragraph(
                """
                A platform is os/architecture[/variant][:os.version], as in linux/arm/v7. A single word is an \
                architecture of linux: s390x. Case and usual aliases are accepted: x86_64 is amd64, aarch64 is \
                arm64. Platforms are compared as containerd does: linux/arm64/v8 equals linux/arm64.
                """),
            .paragraph(
                """
                A typed platform must exist: a port of Go, or wasi/wasm, with known variants. An unknown one is an \
                error with a suggestion. --trust accepts it. An unknown platform in the metadata of a source is kept, \
                with a warning.
                """),
            .heading("Which platform an image gets"),
            .paragraph("The first of these that applies:"),
            .terms([
                .init(form: "SOURCE=PLATFORM", meaning: "The platform that you state, also in a spec."),
                .init(form: "--fix", meaning: "The platform of the executables."),
                .init(form: "config", meaning: "The platform in the config of the image."),
                .init(form: "descriptor", meaning: "The platform in the index of the source."),
            ]),
            .paragraph(
                """
                Executables that contradict the platform are an error. The error shows the command that corrects it. \
                A SOURCE=PLATFORM that they contradict is used, with a warning. See ocimerge help evidence.
                """),
            .paragraph(
                """
                Two different images for one platform are an error that names both sources. Two platforms with the \
                same layers are noted.
                """),
            .heading("Selecting"),
            .paragraph(
                """
                --platform P[,P...] keeps only these platforms, in an index of these alone. A platform that no image \
                has is an error. An archive for docker engines without the containerd image store holds one default \
                platform: linux/amd64, else the first. --default-platform P selects another.
                """),
            .heading("Correcting"),
            .paragraph(
                """
                fix writes a platform into the config, the descriptors, docker's manifest.json, the v1 JSON files and \
                the references of attestations. Digests follow, and no other byte changes. Attestations, referrers \
                and signatures of the old digest are named.
                """),
            .terms([
                .init(form: "--platform P", meaning: "The platform of the only image."),
                .init(form: "--platform OLD=NEW", meaning: "The platform of one image of an index."),
                .init(form: "--auto", meaning: "The platform of the executables, for every image."),
                .init(form: "--dry-run", meaning: "Shows every JSON member that would change."),
            ]),
            .paragraph(
                """
                An archive keeps its format. A pipe cannot be read twice, so its result is the archive that every \
                loader takes. A directory changes in place: its layers are neither copied nor read. An archive that \
                changes in place becomes a new file: other hard links keep the old one. A process without the right \
                to set owners becomes the owner of that file.
                """),
        ])

    static let evidence = HelpTopic(
        name: "evidence",
        summary: "how executables show the platform of an image, and whether it starts",
        commands: ["merge", "copy", "pack", "push", "inspect", "fix", "verify"],
        blocks: [
            .paragraph(
                """
                A build on the wrong machine, or an import without a platform, leaves metadata that names the wrong \
                architecture. The executables inside the layers show the real platform. merge, pack, push, \
                inspect and verify compare both. A contradiction is an error; merge and pack correct it with --fix.
                """),
            .paragraph("Evidence is taken from the first of these that exists:"),
            .terms([
                .init(
                    form: "entrypoint",
                    meaning: """
                        The program that the image runs: entrypoint or command. It is found through PATH, links, \
                        whiteouts and #! lines, from the top layer down.
                        """),
                .init(form: "loader", meaning: "The dynamic loader."),
                .init(form: "majority", meaning: "Most of the programs in the bin directories."),
                .init(form: "anywhere", meaning: "Programs elsewhere, if all agree."),
            ]),
            .paragraph(
                """
                Ignored: qemu of a cross-build, sysroots, firmware, kernel modules, test data and .NET assemblies. A \
                program that the platform also runs is no contradiction: 386 in an amd64 image, arm/v6 in an arm/v7 \
                image. An image without executables has no evidence and passes.
                """),
            .paragraph(
                """
                Recognised are programs of Windows and ELF programs: amd64 with its levels, 386, arm v5 to v8, arm64, \
                s390x, ppc64le, ppc64, riscv64, loong64 and all forms of mips. File names in Windows images are \
                reported in lower case.
                """),
            .heading("How much is read"),
            .paragraph(
                """
                Plain layers are read by offset. Compressed layers are decompressed until a program decides: at most \
                8 MiB of a layer and 24 MiB of an image. --evidence=full reads to the end of every layer. Before an \
                image is refused, all of its layers are read to the end.
                """),
            .paragraph(
                """
                A bounded search can miss a contradiction in content that it has not decompressed. verify and \
                --evidence=full read everything.
                """),
            .heading("Start check"),
            .paragraph(
                """
                verify also checks whether a container would start; verify --no-start-check does not. merge, pack, \
                push and inspect check it with --evidence=full. Nothing is run: the command is resolved as container \
                runtime, kernel and dynamic loader resolve it.
                """),
            .terms([
                .init(
                    form: "errors",
                    meaning: """
                        The image does not start. The command is absent, is not a regular file, or not executable for the user. A \
                        link leads nowhere. A script names no usable interpreter, or its first line ends in a \
                        carriage return. The dynamic loader is absent. A program is truncated, or for another \
                        processor. The user or group is unknown.
                        """),
                .init(
                    form: "warnings",
                    meaning: """
                        The dynamic loader would probably fail: a library is in no directory that it searches, or \
                        the C library is older than the program needs.
                        """),
                .init(
                    form: "notes",
                    meaning: """
                        A volume or a mount may supply the program, or it needs a newer level of amd64. JSON also notes \
                        an image without a command, and wrappers such as tini: what they run is not checked.
                        """),
            ]),
            .paragraph(
                """
                Errors end the run before anything is written. Of images for Windows the program, its extension \
                (PATHEXT) and its kind are checked. What cannot be checked is noted.
                """),
            .heading("Images in registries"),
            .paragraph(
                """
                Sources in registries are checked, too. As little as possible is read, in growing ranges, and the \
                report states the number of bytes. If the layers are copied to files, they are checked while they \
                pass, and nothing is read twice. A copy of one image out of a registry only causes a warning. \
                inspect searches images in registries only with --evidence.
                """),
            .paragraph(
                """
                --fix uses the platform of the executables. --trust skips the check. An error while executables are \
                read is an error of the command, never missing evidence.
                """),
        ])
}
