import Foundation
import TestSupport
import Testing

@Suite("Manual pages")
struct ManualTests {
    static let hasMandoc = (try? Program.run("sh", ["-c", "command -v mandoc"]).status) == 0
    static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    @Test("man prints the page of the program, of a command and of a topic")
    func printed() throws {
        for (arguments, title) in [([], "OCIMERGE"), (["fix"], #"OCIMERGE\-FIX"#), (["json"], #"OCIMERGE\-JSON"#)] {
            let run = try Program.ocimerge(["man"] + arguments)
            expectDone(run)
            #expect(run.stdout.hasPrefix(".TH \"\(title)\" "))
        }
    }

    @Test("man --output-dir writes every page and lists the files")
    func written() throws {
        let directory = try TemporaryDirectory()
        let dry = try Program.ocimerge(["man", "--output-dir", "share/man", "--dry-run"], directory: directory.path)
        expectDone(dry)
        #expect(try Tree.names(in: directory.path) == [])
        let run = try Program.ocimerge(["man", "--output-dir", "share/man"], directory: directory.path)
        expectDone(run)
        #expect(run.stdout == dry.stdout)
        let listed = run.stdout.split(separator: "\n").map(String.init)
        #expect(listed.contains("share/man/man1/ocimerge.1"))
        #expect(listed.contains("share/man/man1/ocimerge-fix.1"))
        #expect(listed.contains("share/man/man7/ocimerge-json.7"))
        for path in listed { #expect(FileManager.default.fileExists(atPath: directory.path(path)), "\(path)") }
        #expect(try Tree.names(in: directory.path("share/man")) == ["man1", "man7"])
    }

    @Test("man --output-dir replaces older pages and keeps other files")
    func replaced() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Array("old".utf8), to: "man/man1/ocimerge.1")
        try directory.write(Array("other".utf8), to: "man/man1/other.1")
        expectDone(try Program.ocimerge(["man", "--output-dir", "man"], directory: directory.path))
        let page = try String(contentsOfFile: directory.path("man/man1/ocimerge.1"), encoding: .utf8)
        #expect(page == (try Program.ocimerge(["man"]).stdout))
        #expect(try String(contentsOfFile: directory.path("man/man1/other.1"), encoding: .utf8) == "other")
    }

    @Test("man --output-dir reports a directory that cannot be created")
    func refused() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "file")
        let run = try Program.ocimerge(["man", "--output-dir", "file/man"], directory: directory.path)
        expectFailure(run, "cannot create file/man: Not a directory")
        #expect(run.stdout == "")
    }

    @Test(
        "mandoc finds no defect in any page",
        .enabled("NOT TESTED: needs mandoc, by scripts/setup test", { hasMandoc || isCI }))
    func lint() throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(["man", "--output-dir", directory.path])
        expectDone(run)
        let files = run.stdout.split(separator: "\n").map(String.init)
        #expect(files.count > 20)
        let lint = try Program.run("mandoc", ["-Tlint"] + files)
        #expect(lint.status == 0)
        #expect(lint.stdout + lint.stderr == "")
    }
}
