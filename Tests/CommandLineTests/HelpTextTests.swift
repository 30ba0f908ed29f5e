import Testing

@testable import ocimerge

@Suite struct HelpTextTests {
    static let texts = [HelpText.overview()] + HelpSubject.all.map(HelpText.text)

    @Test("the help of merge states the defaults")
    func defaults() throws {
        let help = HelpText.help(for: MergeRow.command).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("gzip or zstd (default: layers keep their compression)."))
        #expect(help.contains("gzip:1 to gzip:12 (default: 2), zstd:1 to zstd:19 (default: 3)"))
        #expect(help.contains("none compresses nothing, and with --recompress decompresses compressed layers"))
        #expect(help.contains("(default: linux/amd64, else the first, on every machine)"))
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

    @Test func overviewNamesEveryCommandAndTopic() {
        let text = HelpText.overview()
        for subject in HelpSubject.all { #expect(text.contains("\n  \(subject.name) ")) }
        #expect(text.contains("\n      --version       Print the version.\n"))
    }

    @Test func inspect() {
        #expect(
            HelpText.help(for: InspectRow.command) == """
                ocimerge inspect: show the content of an image

                Usage:
                  ocimerge inspect SOURCE... [--history|--platforms|--blobs|--json]
                  ocimerge inspect SOURCE... --html FILE [--json]
                  ocimerge inspect SOURCE --raw
                  ocimerge inspect SOURCE --config[=PLATFORM]
                  ocimerge inspect SOURCE --files[=PATH]
                  ocimerge inspect --list FILE [SOURCE...] [--platform P] [--json]

                Without options, print a tree: each image and platform with its digests,
                settings, annotations, layers and sizes. The tree shows whether the executables
                agree with the platform. Long values are shortened; JSON has all of them.

                With --files, list the files of one platform as a container sees them: layers
                are stacked, whiteouts are applied and hard links are resolved. Extended
                attributes are not listed. Every layer is read and verified.

                With --list, print one line for each image: name, digest, platforms, and the
                size of its layers. The last line has the size of all layers, each counted once.
                Only documents are read. The exit status is 1 if an image does not exist, or
                lacks a platform of --platform.

                Result:
                      --html FILE     Also write the report as one HTML page without scripts
                                      (default: no page).
                      --force         Replace an existing FILE of --html.

                Selection:
                      --list FILE     Show the sizes and platforms of the images that FILE
                                      lists, as pack reads it (repeatable; default: SOURCE
                                      arguments).
                      --mirror HOST=HOST2[/PREFIX]
                                      With --list, read the images of registry HOST from HOST2
                                      (repeatable; default: HOST).
                      --platform P[,P...]
                                      Show only the images for these platforms (repeatable;
                                      default: all).
                      --evidence[=HOW]
                                      Search layers for executables: bounded, or full to the end
                                      of every layer (default: bounded).

                Report:
                      --platforms     Print one platform per line.
                      --blobs         Print one blob or document per line: digest, size, media
                                      type, and the diffID of a layer. Absent blobs are omitted,
                                      except those of an increment, which its receiver has.
                      --history       Show the steps of the build and the layers that they made.
                      --json          Print everything as JSON.
                      --full          Print whole digests, also on a terminal.
                      --raw           Print the exact bytes of the top document of one SOURCE.
                      --config[=PLATFORM]
                                      Print the exact bytes of the config of one SOURCE, for
                                      PLATFORM (default: the only platform).
                      --files[=PATH]  List the files of one platform, or only PATH and the files
                                      below it (default: all).
                  -v, --verbose       Print requests to registries, without secrets, and
                                      decisions on standard error.
                      --color WHEN    Color text: auto, always or never (default: auto).

                Registry:
                  -u, --username USER
                                      Log in as USER; ignore stored credentials (default: use
                                      them).
                      --password-stdin
                                      Read the password of USER from standard input.
                      --authfile FILE
                                      Use only FILE for credentials (default: docker's
                                      config.json, podman's auth.json).
                      --ca FILE       Also trust the certificates in FILE, PEM (repeatable;
                                      default: system and certs.d).
                      --cert FILE     Send the client certificate in FILE, PEM, to the registry
                                      (default: one in certs.d).
                      --key FILE      Read the private key of --cert from FILE (default: the
                                      file of --cert).
                      --plain-http    Connect to registries without TLS.
                      --insecure      Accept any certificate, and use plain HTTP if a registry
                                      has no TLS.

                About:
                  -h, --help          Print this help.

                Examples:
                  ocimerge inspect multi/
                      Show every image and platform of a layout.
                  ocimerge inspect --platforms app.tar.gz
                      List the platforms of a compressed archive.
                  ocimerge inspect docker://registry.example/app:1.0
                      Show the image of a tag in a registry; no layer is read.
                  ocimerge inspect --blobs mirror/ > mirror.blobs
                      List the blobs of a receiver, for pack --since mirror.blobs.
                  ocimerge inspect --config=linux/s390x multi/
                      Print the config of one platform, byte for byte.
                  ocimerge inspect --files=/etc --platform linux/s390x multi/
                      List the files below /etc in one platform.
                  ocimerge inspect --list images.yaml --platform linux/amd64,linux/arm64
                      Check that every image has both platforms, and show the sizes.
                  ocimerge inspect multi/ --html multi.html
                      Also write a page to send to others, with settings, layers and history.

                See also: ocimerge help sources, platforms, evidence, registries, json

                """)
    }

    @Test func version() {
        #expect(
            HelpText.help(for: AboutRows.version) == """
                ocimerge version: print the version, the commit and the libraries

                Usage:
                  ocimerge version [--json]

                Print the version, the commit from which the program was built, and the version
                of each library. modified means that the sources differed from the commit.
                --version prints only the version.

                Report:
                      --json          Print the versions as JSON.
                      --color WHEN    Color text: auto, always or never (default: auto).

                About:
                  -h, --help          Print this help.

                Examples:
                  ocimerge version
                      Print all versions, for a report of an error.

                """)
    }
}
