internal import ByteIO
internal import ImageModel

enum EditRow {
    static let command = Command(
        name: "edit",
        work: .writing,
        summary: "change the config, annotations, platforms or layers of an image",
        usage: [
            "ocimerge edit SOURCE CHANGE... (-o DEST|--in-place) [OPTION]...",
            "ocimerge edit scratch --platform P CHANGE... -o DEST [OPTION]...",
        ],
        details: [
            """
            Change every image of SOURCE, or those of --platform. An image with several names changes under all of them. \
            Members that no option names keep their bytes; \
            digests follow. The word scratch starts an image without layers; a file of that name is ./scratch. \
            Attestations and signatures that no longer fit are named.
            """,
            """
            An archive stays an archive. A config or an annotation changes inside it, and every other byte is copied. \
            With new layers or fewer platforms it becomes the archive that every loader takes.
            """,
            """
            A directory becomes a layer with sorted members, the time SOURCE_DATE_EPOCH or 0, and the owner 0:0. \
            Modes and hard links stay, and so do capabilities, access lists and attributes of users. No link in it is \
            followed. Links of the image are followed: bin/tool becomes usr/bin/tool if /bin is a link to usr/bin. A \
            directory that the image has keeps its mode. A tar archive is used byte for byte. --delete comes first, then \
            each --add-layer in order. A removal and a setting of one name set it.
            """,
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1)],
        flags: changes + [
            Flag(
                "platform", value: .required("P[,P...]", .platformList), repeatable: true, group: .selection,
                help: """
                    Edit only the images for these platforms; the others stay (repeatable; default: all). For scratch: \
                    the platform of the image.
                    """),
            Flag(
                "output", short: "o", value: .required("DEST", .path), group: .result,
                help: """
                    Write the result to DEST (required, or --in-place). DEST is an OCI image layout directory, an \
                    archive, - for standard output, or a registry (docker://HOST/NAME:TAG).
                    """),
            Flag(
                "tag", short: "t", value: .required("NAME", .free), repeatable: true, group: .result,
                help: "Name the result NAME (repeatable; default: the names of SOURCE)."),
            Flag(
                "compress", value: .required("HOW", .leveled(LayerCompression.allCases.map(\.rawValue))),
                group: .result,
                help: """
                    Compress new layers with gzip or zstd, or not at all: none (default: gzip). A level is optional: \
                    gzip:1 to gzip:12 (default: \(Recipe.defaultGzipLevel)), zstd:1 to zstd:19 (default: \
                    \(Recipe.defaultZstdLevel)).
                    """),
        ] + RevisionFlags.all + RegistryFlags.all,
        exclusive: [["in-place", "tag"]] + RevisionFlags.exclusive + RegistryFlags.exclusive,
        examples: [
            CommandExample(
                line: "ocimerge edit multi/ --label org.opencontainers.image.version=1.1 -i",
                what: "Set a label on every platform, in place."),
            CommandExample(
                line: "ocimerge edit app.tar --add-layer rootfs/=/opt/app --env MODE=prod -o out.tar",
                what: "Add the files of a directory, and set a variable."),
            CommandExample(
                line: "ocimerge edit scratch --platform linux/arm64 --add-layer root/ -o a.tar",
                what: "Make an image of one directory, for one platform."),
            CommandExample(
                line: "ocimerge edit multi/ --drop-platform linux/386 -o smaller/",
                what: "Leave one platform out."),
        ])

    private static let changes: [Flag] = [
        change("env", "K=V", repeatable: true, "Set the variable K to V (repeatable; default: no change)."),
        change("remove-env", "K", repeatable: true, "Remove the variable K (repeatable; default: none)."),
        change("label", "K=V", repeatable: true, "Set the label K to V (repeatable; default: no change)."),
        change("remove-label", "K", repeatable: true, "Remove the label K (repeatable; default: none)."),
        change(
            "entrypoint", "WORDS", takesEmpty: true,
            """
            Set the entrypoint: words between spaces, or a JSON list (default: no change). Removes the command, unless \
            --cmd is given. An empty value removes the entrypoint.
            """),
        change(
            "cmd", "WORDS", takesEmpty: true,
            "Set the command: words between spaces, or a JSON list (default: no change). An empty value removes it."),
        change(
            "user", "USER", takesEmpty: true, "Set the user, U[:G] (default: no change). An empty value removes it."),
        change(
            "workdir", "DIR", takesEmpty: true,
            "Set the working directory (default: no change). An empty value removes it."),
        change(
            "expose", "PORT", repeatable: true,
            "Expose a port: 80, 53/udp or 8000-8010/tcp (repeatable; default: no change)."),
        change("volume", "PATH", repeatable: true, "Declare a volume (repeatable; default: no change)."),
        change(
            "created", "TIME",
            "Set the time of creation: 2026-01-31T12:00:00Z, or seconds since 1970 (default: no change)."),
        change(
            "annotation", "KEY=VALUE", repeatable: true,
            """
            Annotate the index, or the manifest of a single image (repeatable; default: no change). A prefix before KEY \
            selects another document: index:, manifest[PLATFORM]: or descriptor[PLATFORM]:.
            """),
        change(
            "remove-annotation", "KEY", repeatable: true,
            "Remove an annotation, with the same prefixes (repeatable; default: none)."),
        change(
            "drop-platform", "P[,P...]", kind: .platformList, repeatable: true,
            "Leave out the images for these platforms, and what refers to them (repeatable; default: none)."),
        change(
            "add-layer", "PATH", kind: .path, repeatable: true,
            """
            Add a layer: the files of a directory, DIR or DIR=TARGET, or a tar archive (repeatable; default: none). TARGET \
            is a directory of the image (default: /).
            """),
        change(
            "delete", "PATH", repeatable: true,
            "Delete a file or directory of the image, by a new layer (repeatable; default: none)."),
        change("owner", "U:G", "Owner of the files of directories that become layers, as numbers (default: 0:0)."),
    ]

    /// The long names of the flags that change something.
    static var changeNames: [String] { changes.map(\.long).filter { $0 != "owner" } }

    private static func change(
        _ name: String, _ value: String, kind: ValueKind = .free, repeatable: Bool = false,
        takesEmpty: Bool = false, _ help: String
    ) -> Flag {
        Flag(
            name, value: .required(value, kind), repeatable: repeatable, takesEmpty: takesEmpty, group: .change,
            help: help)
    }
}
