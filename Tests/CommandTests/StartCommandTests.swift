import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("verify, merge and push check whether images start")
struct StartCommandTests {
    private static let shell = LayerEntry.program("bin/sh", ProgramFile.bare(.amd64))
    /// Its script ends the first line in a carriage return.
    static let failing = MadeImage("linux/amd64", [shell], [.script("app", "#!/bin/sh\r\necho\r\n")], run: ["/app"])
    static let starting = MadeImage("linux/amd64", [shell], [.script("app", "#!/bin/sh\necho\n")], run: ["/app"])
    private static let remedy =
        "the first line of /app ends in a carriage return; convert the script to Unix line ends (LF)"

    /// A program whose loader would not find a library.
    private static let warned: MadeImage = {
        var program = DynamicProgram(.amd64)
        program.interpreter = Array("/lib/ld-musl-x86_64.so.1\0".utf8)
        program.needed = ["libx.so"]
        let loader = DynamicProgram(.amd64).bytes
        return MadeImage(
            "linux/amd64", [.program("app", program.bytes), .program("lib/ld-musl-x86_64.so.1", loader)], run: ["/app"])
    }()

    private static func layer(_ image: MadeImage, _ packing: LayerPacking = .plain) throws -> Digest {
        try Digest(of: image.content(packing).layers[image.layers.count - 1])
    }

    /// Standard output without digests.
    private static func masked(_ run: Run) -> String {
        run.stdout.replacing(/sha256:[0-9a-f]{64}/, with: "DIGEST")
    }

    private func run(_ words: String..., image: MadeImage, _ packing: LayerPacking = .plain) throws -> Run {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive(packing), to: "made.tar")
        return try Program.ocimerge(words, directory: directory.path)
    }

    // MARK: - verify

    @Test("verify reports why an image would not start", arguments: LayerPacking.allCases)
    func verify(_ packing: LayerPacking) throws {
        let run = try run("verify", "made.tar", image: Self.failing, packing)
        #expect(run.status == 1 && run.stderr == "")
        let lines = Self.masked(run).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first == "docker.io/demo/made:1.0  DIGEST")
        #expect(lines.dropFirst().first == "  error  index.json → manifests[0] linux/amd64 → layers[1]  \(Self.remedy)")
        #expect(lines.last?.hasPrefix("made.tar: 1 image, 1 platform, 4 blobs, ") == true)
        #expect(lines.last?.hasSuffix(" verified: 1 error") == true)
    }

    private struct Report: Decodable {
        struct Source: Decodable { let errors, warnings, notes: Int; let findings: [Finding] }
        struct Finding: Decodable { let severity, kind: String; let digest: String?; let files: [String]? }
        let sources: [Source]
    }

    @Test("verify --json states kind, file and layer")
    func json() throws {
        let run = try run("verify", "--json", "made.tar", image: Self.failing)
        #expect(run.status == 1)
        let source = try #require(JSONDecoder().decode(Report.self, from: Data(run.output)).sources.first)
        #expect(source.errors == 1 && source.warnings == 0 && source.notes == 0)
        let finding = try #require(source.findings.first)
        #expect(finding.severity == "error" && finding.kind == "start-interpreter")
        #expect(finding.files == ["/app"])
        #expect(finding.digest == (try Self.layer(Self.failing).description))
    }

    @Test("verify --no-start-check does not report it, and neither does verify of an image that starts")
    func verified() throws {
        for (option, image) in [
            ("--no-start-check", Self.failing), ("--json", Self.starting), ("--full", Self.starting),
        ] {
            let run = try run("verify", option, "made.tar", image: image)
            #expect(run.status == 0 && run.stderr == "")
            if option != "--json" { #expect(run.stdout.hasSuffix(" verified: no errors\n")) }
        }
    }

    @Test("a warning does not change the exit status")
    func warning() throws {
        let run = try run("verify", "made.tar", image: Self.warned)
        #expect(run.status == 0 && run.stderr == "")
        #expect(
            run.stdout.contains(
                "  warning  index.json → manifests[0] linux/amd64 → layers[0]  the library 'libx.so' of /app "))
        #expect(run.stdout.hasSuffix(" verified: no errors, 1 warning\n"))
    }

    // MARK: - merge and push

    private static func refusal(_ packing: LayerPacking = .plain) throws -> String {
        "made.tar (linux/amd64) would not start: \(remedy) (layer \(try layer(failing, packing))) "
            + "(to skip this check, leave out --evidence=full)"
    }

    @Test("merge --evidence=full refuses the image and writes nothing", arguments: LayerPacking.allCases)
    func merge(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.failing.archive(packing), to: "made.tar")
        let run = try Program.ocimerge(["made.tar", "-o", "out", "--evidence=full"], directory: directory.path)
        expectFailure(run, try Self.refusal(packing))
        #expect(try Tree.names(in: directory.path) == ["made.tar"])
        let trusted = try Program.ocimerge(
            ["made.tar", "-o", "out", "--trust", "-q"], directory: directory.path)
        expectDone(trusted)
        try soundLayout(directory.path("out"))
    }

    @Test("merge without --evidence=full does not check the start")
    func bounded() throws { try expectDone(run("made.tar", "-o", "out", "-q", image: Self.failing)) }

    @Test("merge --evidence=full warns of what is not certain")
    func warnedMerge() throws {
        let run = try run("made.tar", "-o", "out", "-q", "--evidence=full", image: Self.warned)
        expectDone(
            run,
            stderr:
                "ocimerge: warning: made.tar (linux/amd64): the library 'libx.so' of /app was not found; add the library\n"
        )
    }

    @Test("merge --verify refuses the image")
    func verifyingMerge() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.failing.archive(), to: "made.tar")
        let run = try Program.ocimerge(["made.tar", "-o", "out", "--verify"], directory: directory.path)
        expectOneSentence(run, "the start is verified")
        #expect(run.stderr.contains(Self.remedy))
        #expect(try Tree.names(in: directory.path) == ["made.tar"])
        try expectDone(
            Program.ocimerge(["made.tar", "-o", "out", "--verify", "--trust", "-q"], directory: directory.path))
    }

    @Test("a source in a pipe and a compressed archive are checked", arguments: [true, false])
    func streamed(_ isCompressed: Bool) throws {
        let directory = try TemporaryDirectory()
        let archive = try Self.failing.archive()
        let bytes = isCompressed ? try Program.run("gzip", ["-nc"], input: archive).output : archive
        let piped = try Program.ocimerge(
            ["-", "-o", "out", "--evidence=full"], input: bytes, directory: directory.path)
        expectFailure(piped, try Self.refusal().replacing("made.tar (", with: "- ("))
        try directory.write(bytes, to: "made.tar")
        let stored = try Program.ocimerge(["made.tar", "-o", "out", "--evidence=full"], directory: directory.path)
        expectFailure(stored, try Self.refusal())
        #expect(try Tree.names(in: directory.path) == ["made.tar"])
    }

    @Test("push --evidence=full uploads nothing")
    func push() throws {
        let registry = try LoneRegistry()
        let pushed = try run(
            "push", "made.tar", "\(registry.host)/made:1", "--evidence=full", image: Self.failing)
        expectFailure(pushed, try Self.refusal())
        let absent = try ocimerge("inspect", "\(registry.host)/made:1")
        #expect(absent.status == 1)
        try expectDone(run("push", "made.tar", "\(registry.host)/made:1", "-q", image: Self.failing))
    }

    // MARK: - inspect

    /// The rows about programs and the start, with two blanks between the columns.
    private func rows(_ run: Run) -> [String] {
        #expect(run.status == 0 && run.stderr == "")
        return run.stdout.split(separator: "\n").filter { $0.hasPrefix("    programs") || $0.hasPrefix("    start") }
            .map {
                String($0.dropFirst(4)).replacing(#/ {2,}/#, with: "  ")
            }
    }

    @Test("inspect states that it has not checked the start")
    func inspected() throws {
        #expect(
            try rows(run("inspect", "made.tar", image: Self.failing))
                == [
                    "programs  ✓ /bin/sh, like 1 of 1 in its bin directories, is amd64",
                    "start  not checked (--evidence=full checks it)",
                ])
    }

    static let shown: [(sentence: String, image: MadeImage, row: String)] = [
        ("a good image", starting, "start  ✓ /bin/sh"),
        ("a bad image", failing, "start  ✗ \(remedy)"),
        (
            "a wrapper", MadeImage("linux/amd64", [.program("tini", ProgramFile.bare(.amd64))], run: ["/tini", "app"]),
            "start  ✓ /tini (what tini runs is not checked)"
        ),
        ("an image without a command", MadeImage("linux/amd64", [shell]), "start  the config names no command"),
        ("a warning", warned, "start  warning: the library 'libx.so' of /app was not found; add the library"),
    ]

    @Test("the page of inspect counts an image that may not start as a warning")
    func page() throws {
        let directory = try TemporaryDirectory()
        for (image, verdict) in [
            (Self.warned, "! 1 of 1 platform may not start"),
            (Self.starting, "\u{2713} The executables agree with the metadata"),
        ] {
            let source = try directory.write(image.archive(), to: "made.tar")
            let page = directory.path("p.html")
            expectDone(try Program.ocimerge(["inspect", "--evidence=full", source, "--html", page, "--force"]))
            #expect(try HTMLFacts(page).texts.contains(verdict))
        }
    }

    @Test("inspect does not check the start of an image for another platform")
    func otherPlatform() throws {
        let run = try Program.ocimerge(
            ["inspect", "--evidence=full", Program.fixture("docker20/hello-s390x-wrong.tar")])
        #expect(run.stdout.contains("    start     not checked\n"), "\(run)")
    }

    @Test("inspect --evidence=full shows whether the image starts", arguments: shown.indices)
    func inspectedFully(_ number: Int) throws {
        let rows = try rows(run("inspect", "--evidence=full", "made.tar", image: Self.shown[number].image))
        #expect(rows.count == 2)
        #expect(rows.last == Self.shown[number].row)
    }

    private struct Inspection: Decodable {
        struct Source: Decodable { let images: [Image] }
        struct Image: Decodable { let platforms: [Entry] }
        struct Entry: Decodable { let start: Start? }
        struct Start: Decodable {
            let starts: Bool?
            let program: String?
            let through: [String]
            let wrapper: String?
            let findings: [Finding]
        }
        struct Finding: Decodable { let severity, kind: String; let file, layer: String?; let message: String }
        let sources: [Source]
    }

    private func start(_ image: MadeImage, _ options: String...) throws -> Inspection.Start? {
        let directory = try TemporaryDirectory()
        try directory.write(image.archive(), to: "made.tar")
        let run = try Program.ocimerge(["inspect", "--json", "made.tar"] + options, directory: directory.path)
        #expect(run.status == 0)
        return try JSONDecoder().decode(Inspection.self, from: Data(run.output)).sources.first?.images.first?.platforms
            .first?.start
    }

    @Test("inspect --json states the program, the way there and the findings")
    func inspectedJSON() throws {
        #expect(try start(Self.failing) == nil)
        let good = try #require(try start(Self.starting, "--evidence=full"))
        #expect(good.starts == true && good.program == "/bin/sh" && good.through == ["/app"])
        #expect(good.wrapper == nil && good.findings.isEmpty)
        let bad = try #require(try start(Self.failing, "--evidence=full"))
        #expect(bad.starts == false && bad.program == nil && bad.through == ["/app"])
        let finding = try #require(bad.findings.first)
        #expect(finding.severity == "error" && finding.kind == "start-interpreter" && finding.file == "/app")
        #expect(finding.layer == (try Self.layer(Self.failing).description) && finding.message == Self.remedy)
        let empty = try #require(try start(MadeImage("linux/amd64", [Self.shell]), "--evidence=full"))
        #expect(empty.starts == nil && empty.findings.map(\.kind) == ["start-empty"])
    }
}
