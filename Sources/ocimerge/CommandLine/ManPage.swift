/// The manual page ocimerge(1), for `man`.
enum ManPage {
    static func roff(version: String) -> String {
        let lines =
            [".TH OCIMERGE 1 \"\" \(quoted("ocimerge \(version)")) \"User Commands\"", ".nh", ".ad l"]
            + section("NAME", [text("ocimerge - \(ReferenceText.summary)")])
            + section("SYNOPSIS", synopsis(ReferenceText.usage))
            + section("DESCRIPTION", [text(ReferenceText.introduction)])
            + section("COMMANDS", CommandTable.all.flatMap(command))
            + section("SOURCES", list(ReferenceText.sources) + [".PP", text(ReferenceText.sourcesNote)])
            + section("DESTINATIONS", list(ReferenceText.destinations))
            + section("EXIT STATUS", list(ReferenceText.exitCodes))
            + section("EXAMPLES", CommandTable.all.flatMap(\.examples).flatMap(example))
            + section("SEE ALSO", [".BR docker (1),", ".BR podman (1),", ".BR skopeo (1)"])
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ title: String, _ lines: [String]) -> [String] {
        [".SH \(quoted(title))"] + lines
    }

    private static func command(_ command: Command) -> [String] {
        let sentence = command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
        let rows: [String] = command.table.map(table) ?? []
        return [".SS \(quoted("ocimerge \(command.name)"))"] + synopsis(command.usage)
            + [".PP", text(sentence)]
            + command.details.flatMap { [".PP", text($0)] }
            + rows
            + command.flags.flatMap { entry(label($0), $0.help) }
    }

    private static func table(_ table: HelpTable) -> [String] {
        [".PP", text(table.title + ":"), ".nf"] + table.lines.map { text($0) } + [".fi"]
            + table.words.flatMap { entry("\\fB\(escaped($0.form))\\fR", $0.meaning) }
    }

    private static func synopsis(_ usage: [String]) -> [String] {
        [".nf"] + usage.map { text($0) } + [".fi"]
    }

    private static func list(_ entries: [(form: String, meaning: String)]) -> [String] {
        entries.flatMap { entry("\\fB\(escaped($0.form))\\fR", $0.meaning) }
    }

    private static func entry(_ label: String, _ meaning: String) -> [String] {
        [".TP", label, text(meaning)]
    }

    private static func example(_ example: CommandExample) -> [String] {
        [".TP", "\\fB\(escaped(example.line))\\fR", text(example.what)]
    }

    private static func label(_ flag: Flag) -> String {
        let names = flag.spellings.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
        return switch flag.value {
        case .none: names
        case .required(let name, _): "\(names) \\fI\(escaped(name))\\fR"
        case .optional(let name, _): "\(names)[=\\fI\(escaped(name))\\fR]"
        }
    }

    /// A text line that roff never takes for a request.
    private static func text(_ text: String) -> String {
        let isRequest = text.utf8.first == UInt8(ascii: ".") || text.utf8.first == UInt8(ascii: "'")
        return (isRequest ? "\\&" : "") + escaped(text)
    }

    /// An argument of a macro.
    private static func quoted(_ text: String) -> String {
        "\"\(escaped(text))\""
    }

    /// Escapes each character that roff would replace by a typographic quote, accent or hyphen, so that lines can be
    /// pasted into a shell.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "\"": "\\(dq"
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(hexadecimal(scalar.value))]"
            }
        }.joined()
    }

    /// At least four digits, as groff wants them.
    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

/// The text of help and man page beside the rows of the command table. Plain ASCII, as roff requires.
enum ReferenceText {
    static let summary = "join container images in files into multi-architecture images"
    static let introduction = """
        ocimerge joins single-architecture container images into one multi-architecture image. It reads and writes \
        OCI image layouts, OCI archives, docker save tarballs and registries. Work on files needs no daemon, no root \
        and no network.
        """
    static let usage = ["ocimerge SOURCE... -o DEST [OPTION]...", "ocimerge COMMAND [OPTION]... [ARGUMENT]..."]

    static let sources = [
        (form: "PATH", meaning: "A file or directory. The format is detected from the content, never from the name."),
        (form: "-", meaning: "An archive on standard input."),
        (form: "PATH.001", meaning: "All volumes of a split archive; name the first one."),
        (form: "PATH:NAME", meaning: "The image of that name, if PATH holds several."),
        (form: "PATH@sha256:HEX", meaning: "The image of that digest, if PATH holds several."),
        (
            form: "oci:PATH, oci-archive:PATH, docker-archive:PATH, dir:PATH",
            meaning: "The same, with the format stated instead of detected."
        ),
        (
            form: "docker://HOST/REPO[:TAG][@DIGEST]",
            meaning: "An image in a registry. Its layers are read only if their bytes are needed."
        ),
        (form: "SOURCE=PLATFORM", meaning: "The same image, declared to be PLATFORM. This overrides its metadata."),
    ]
    static let sourcesNote = """
        PATH is the longest existing path before a : or @. Write ./inspect for a file that is named like a command. \
        Write a file that starts with a dash after --. A platform is os/architecture[/variant][:os.version], as in \
        linux/arm/v7.
        """
    static let destinations = [
        (form: "DIR/", meaning: "An OCI image layout. If it exists, --update or --force is required."),
        (
            form: "X.tar, X.tar.gz, X.tar.zst",
            meaning: """
            One archive for docker load (old and new), ctr, podman and skopeo. Also known: .tgz, .tzst, .tar.xz, \
            .tar.bz2 and .tar.lz4. A trailing slash makes such a name a directory.
            """
        ),
        (form: "-", meaning: "That archive on standard output; the report goes to standard error."),
        (
            form: "oci:DIR, oci-archive:PATH, docker-archive:PATH, dir:DIR",
            meaning: """
            Exactly that format. A docker-archive holds one platform of each image; a dir: holds one image without \
            its names.
            """
        ),
        (
            form: "docker://HOST/REPO[:TAG]",
            meaning: "A registry. Missing blobs are sent, blobs of its other repositories are mounted, tags come last."
        ),
    ]
    static let exitCodes = [
        (form: "0", meaning: "Done."),
        (form: "1", meaning: "Failed: bad input, a read, write or network error, or a conflict between sources."),
        (form: "2", meaning: "Wrong usage."),
    ]
}
