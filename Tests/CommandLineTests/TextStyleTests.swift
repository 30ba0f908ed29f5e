import ImageModel
import Testing

@testable import ocimerge

@Suite("The appearance of text") struct TextStyleTests {
    private static func options(_ arguments: String...) throws -> OutputOptions {
        OutputOptions(try ArgumentParser.parse(["ls", "layout"] + arguments))
    }

    @Test(
        "colors depend on --color, then on NO_COLOR and CLICOLOR_FORCE, then on the terminal",
        arguments: [
            ("auto", true, [:], true), ("auto", false, [:], false),
            ("auto", true, ["TERM": "dumb"], false), ("auto", true, ["TERM": "xterm"], true),
            ("auto", true, ["NO_COLOR": "1"], false), ("auto", true, ["NO_COLOR": ""], true),
            ("auto", false, ["CLICOLOR_FORCE": "1"], true), ("auto", false, ["CLICOLOR_FORCE": "0"], false),
            ("auto", false, ["CLICOLOR_FORCE": ""], false),
            ("auto", true, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
            ("always", false, ["NO_COLOR": "1"], true), ("always", true, ["TERM": "dumb"], true),
            ("never", true, ["CLICOLOR_FORCE": "1"], false),
        ] as [(String, Bool, [String: String], Bool)])
    func colors(_ choice: String, _ isTerminal: Bool, _ environment: [String: String], _ isColored: Bool) throws {
        let options = try Self.options("--color", choice)
        let style = TextStyle(options, width: isTerminal ? 80 : nil) { environment[$0] }
        #expect(style.isColored == isColored)
        #expect(style.heading("x") == (isColored ? "\u{1b}[1mx\u{1b}[0m" : "x"))
    }

    @Test("digests are short on a terminal, unless --full is given, and whole elsewhere")
    func digests() throws {
        let hex = String(repeating: "0123456789abcdef", count: 4)
        let digest = try Digest(parsing: "sha256:\(hex)")
        func style(_ width: Int?, _ arguments: String...) throws -> TextStyle {
            TextStyle(try arguments.isEmpty ? Self.options() : Self.options("--full"), width: width) { _ in nil }
        }
        #expect(try style(nil).digest(digest) == "sha256:\(hex)")
        #expect(try style(nil).path("blobs/sha256/\(hex)") == "blobs/sha256/\(hex)")
        let dim = { (text: String) in "\u{1b}[2m\(text)\u{1b}[0m" }
        #expect(try style(80).digest(digest) == dim("sha256:0123456789ab"))
        #expect(try style(80, "--full").digest(digest) == dim("sha256:\(hex)"))
        #expect(try style(80).path("blobs/sha256/\(hex)") == "blobs/sha256/0123456789ab")
        #expect(try style(80).path("\(hex).json") == "0123456789ab.json")
        #expect(try style(80).path("a/0123456789abcdef/") == "a/0123456789abcdef/")
    }

    @Test(
        "the first locale variable that is set decides about UTF-8",
        arguments: [
            ([:], false), (["LANG": "C"], false), (["LANG": "POSIX"], false), (["LANG": "C.UTF-8"], true),
            (["LANG": "de_DE.utf8@euro"], true), (["LANG": "en_US"], false), (["LANG": "en_US.ISO-8859-1"], false),
            (["LC_CTYPE": "C.UTF-8", "LANG": "C"], true), (["LC_ALL": "C", "LC_CTYPE": "C.UTF-8"], false),
            (["LC_ALL": "", "LANG": "C.UTF-8"], true),
        ] as [([String: String], Bool)])
    func locale(_ environment: [String: String], _ isUTF8: Bool) {
        #expect(LocaleName { environment[$0] }.isUTF8 == isUTF8)
    }

    @Test("every command has --color, those with registries --verbose, and reports with digests --full")
    func flags() {
        for command in CommandTable.all {
            #expect(command.flag(long: "color") == .color)
            #expect((command.flag(long: "verbose") == nil) == (command.flag(long: "ca") == nil))
        }
        let full = CommandTable.all.filter { $0.flag(long: "full") != nil }.map(\.name)
        let reports = ["merge", "pack", "push", "fix", "inspect", "verify", "ls", "tag", "rm", "gc"]
        #expect(Set(full).isSuperset(of: reports))
    }
}
