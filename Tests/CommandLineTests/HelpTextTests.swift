import Testing

@testable import ocimerge

@Suite struct HelpTextTests {
    static let texts = [HelpText.overview()] + CommandTable.all.map(HelpText.help)

    @Test("what is taken where nothing is said is said")
    func defaults() throws {
        let help = HelpText.help(for: MergeRow.command).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("gzip:1 to gzip:12, 2 unless given; zstd:1 to zstd:19, 3 unless given"))
        #expect(help.contains("none leaves them plain, and with --recompress unpacks those that are compressed"))
        #expect(help.contains("linux/amd64 or else the first unless given, on whatever machine"))
    }

    @Test(arguments: texts)
    func fitsATerminal(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 && !$0.hasSuffix(" ") })
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        #expect(TerminalText.escaped(lines.joined()) == lines.joined())
    }

    @Test(arguments: CommandTable.all)
    func namesEveryFlagAndExample(_ command: Command) {
        let text = HelpText.help(for: command)
        for flag in command.flags { #expect(text.contains("  \(flag.label)")) }
        for example in command.examples { #expect(text.contains("  \(example.line)\n")) }
    }

    @Test func overviewNamesEveryCommandAndForm() {
        let text = HelpText.overview()
        for command in CommandTable.all { #expect(text.contains("\n  \(command.name) ")) }
        for source in ReferenceText.sources { #expect(text.contains("\n  \(source.form)")) }
        #expect(text.contains("\n      --version       Print the version.\n"))
    }

    @Test func inspect() {
        #expect(
            HelpText.help(for: InspectRow.command) == """
                ocimerge inspect: show what is in an image

                Usage:
                  ocimerge inspect SOURCE... [--platforms|--blobs|--json]
                  ocimerge inspect SOURCE --raw
                  ocimerge inspect SOURCE --config[=PLATFORM]

                Without options, a tree for people: each image, each platform, digests, layers
                and sizes, and whether the executables inside agree with the platform.

                Selection:
                      --evidence[=HOW]
                                      How far to look for executables: bounded (the default), or
                                      full, to the end of every layer.

                Report:
                      --platforms     Print one platform a line.
                      --blobs         Print one blob or document a line: its digest, size and
                                      media type, and the diffID of a layer. What is only named
                                      is left out, except of an increment, whose receiver has
                                      it.
                      --json          Print everything as JSON.
                      --raw           Print the exact bytes of the top document of one SOURCE.
                      --config[=PLATFORM]
                                      Print the exact bytes of the config of one SOURCE, of
                                      PLATFORM where it has several.

                Registry:
                  -u, --username USER
                                      Say to the registry that we are USER, whatever the files
                                      of docker and podman hold.
                      --password-stdin
                                      Read the password of USER from standard input.
                      --authfile FILE
                                      Look for credentials in FILE (docker's config.json,
                                      podman's auth.json) and nowhere else.
                      --ca FILE       Trust the certificates in FILE (PEM) beside those of the
                                      system and of certs.d (repeatable).
                      --cert FILE     Show the certificate in FILE (PEM) to the registry.
                      --key FILE      The key of --cert, where it is not in there.
                      --plain-http    Speak to registries without TLS.
                      --insecure      Take whatever certificate a registry shows, and speak
                                      without TLS to one that knows none.

                About:
                  -h, --help          Print this help.

                Examples:
                  ocimerge inspect multi/
                      Show every image and platform of a layout.
                  ocimerge inspect --platforms app.tar.gz
                      List the platforms of a compressed archive.
                  ocimerge inspect docker://registry.example/app:1.0
                      Show what a tag in a registry leads to; no layer is read.
                  ocimerge inspect --blobs mirror/ > mirror.blobs
                      Say what a receiver has, for pack --since mirror.blobs.
                  ocimerge inspect --config=linux/s390x multi/
                      Print the config of one platform, byte for byte.

                """)
    }

    @Test func version() {
        #expect(
            HelpText.help(for: AboutRows.version) == """
                ocimerge version: print the version

                Usage:
                  ocimerge version

                About:
                  -h, --help          Print this help.

                """)
    }
}
