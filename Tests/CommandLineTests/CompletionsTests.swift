import TestSupport
import Testing

@testable import ocimerge

@Suite struct CompletionsTests {
    /// The words that completion offers at the end of the line; the last one is begun.
    private func offered(_ words: String...) -> [String] {
        CompletionSearch(words).reply().candidates.map(\.word)
    }

    @Test("the first word is a command or a source")
    func firstWord() {
        let reply = CompletionSearch(["ins"]).reply()
        #expect(reply.candidates == [Candidate(word: "inspect", summary: InspectRow.command.summary)])
        #expect(reply.files == "")
        #expect(Set(CommandTable.all.map(\.name)).isSubset(of: Set(offered(""))))
        #expect(offered("inspect", "").isEmpty)
        #expect(offered("a.tar", "ins").isEmpty)
    }

    @Test("every flag of every command is offered with the first sentence of its help", arguments: CommandTable.all)
    func flags(_ command: Command) {
        let candidates = CompletionSearch([command.name, "-"]).reply().candidates
        #expect(candidates.map(\.word) == command.flags.flatMap(\.spellings))
        #expect(candidates.allSatisfy { $0.summary.hasSuffix(".") })
    }

    @Test("flags are not offered again, nor beside one that excludes them, nor behind --")
    func flagsOnce() {
        #expect(offered("merge", "a", "--fo") == ["--format", "--force"])
        #expect(offered("merge", "a", "--format=oci", "--fo") == ["--force"])
        #expect(offered("merge", "a", "--force", "--up").isEmpty)
        #expect(offered("merge", "a", "-t", "x", "--ta") == ["--tag"])
        #expect(offered("inspect", "--raw", "--js").isEmpty)
        #expect(offered("merge", "a", "--", "--fo").isEmpty)
        #expect(offered("--ver") == ["--verify", "--verbose", "--version"])
    }

    @Test(
        "values come from the flag table",
        arguments: [
            (["merge", "--compress", ""], ["none", "gzip", "zstd"]), (["merge", "--compress=g"], ["--compress=gzip"]),
            (["a.tar", "-qo", "x", "--format", "d"], ["docker"]), (["completion", ""], ["bash", "zsh", "fish"]),
            (["inspect", "--evidence=f"], ["--evidence=full"]), (["help", "lo"], ["login", "logout"]),
            (["help", "evi"], ["evidence"]),
            (
                ["merge", "--platform", "linux/s390x,windows/a"],
                ["linux/s390x,windows/amd64", "linux/s390x,windows/arm64"]
            ),
            (["fix", "a", "--platform", "linux/amd64=linux/s"], ["linux/amd64=linux/s390x"]),
            (["inspect", "--config=linux/s"], ["--config=linux/s390x"]), (["merge", "-t", ""], []),
            (["login", ""], []), (["tag", "multi:a", ""], []),
        ])
    func values(_ words: [String], _ expected: [String]) {
        let reply = CompletionSearch(words).reply()
        #expect(reply.candidates.map(\.word) == expected && reply.files == nil)
    }

    @Test(
        "a platform follows = where a source may declare one",
        arguments: [
            (["s390x.tar=linux/s"], ["s390x.tar=linux/s390x"]), (["pack", "a:b:1=linux/s"], ["a:b:1=linux/s390x"]),
            (["push", "a.tar=linux/s"], ["a.tar=linux/s390x"]), (["copy", "a.tar=linux/s"], ["a.tar=linux/s390x"]),
            (["docker://r.io/x:1=linux/s"], ["docker://r.io/x:1=linux/s390x"]), (["inspect", "a.tar=linux/s"], []),
        ])
    func declared(_ words: [String], _ expected: [String]) {
        #expect(CompletionSearch(words).reply().candidates.map(\.word) == expected)
    }

    @Test(
        "files are completed after the prefix of a format",
        arguments: [
            (["inspect", "a"], "" as String?), (["inspect", "oci:a"], "oci:"), (["merge", "--spec=a"], "--spec="),
            (["merge", "--authfile", "a"], ""), (["a", "--output=oci:nowhere/x"], "--output=oci:"),
            (["a", "-o", "docker://x"], nil), (["inspect", "docker://x"], nil), (["inspect", "nowhere:x"], nil),
            (["rm", "nowhere:x"], nil), (["diff", "a"], ""), (["diff", "a", "oci:b"], "oci:"),
            (["diff", "a", "docker://x"], nil), (["cat", "a"], ""), (["cat", "a", "/b"], nil),
        ])
    func files(_ words: [String], _ after: String?) {
        #expect(CompletionSearch(words).reply() == CompletionReply(files: after))
    }

    @Test(
        "a line of bash is split at spaces outside quotes, and nothing is expanded",
        arguments: [
            ("ocimerge", nil), ("ocimerge ", [""]), ("ocimerge rm  a", ["rm", "a"]), (#"ocimerge a\ b\:c"#, ["a b:c"]),
            ("ocimerge 'a b' \"c'd\" e", ["a b", "c'd", "e"]), ("ocimerge 'a", nil), ("ocimerge \"a\"", nil),
            ("ocimerge \"a\" ", ["a", ""]), ("ocimerge $(b", nil), ("ocimerge $HOME b", ["$HOME", "b"]),
            ("ocimerge a > b", nil), (#"ocimerge a\"#, nil), ("", nil),
        ] as [(String, [String]?)])
    func splits(_ line: String, _ words: [String]?) {
        #expect(BashLine(line, breaks: ":=")?.words == words)
    }

    @Test(
        "bash gets the part behind the last unquoted break, with a backslash before special characters",
        arguments: [
            ("ocimerge m", "m x", #"m\ x"#), ("ocimerge m:a:", "m:a:b", "b"),
            ("ocimerge m:a=l", "m:a=linux/s", "linux/s"),
            (#"ocimerge m\:a"#, "m:a;b", #"m:a\;b"#), (#"ocimerge m\ x:"#, "m x:$y", #"\$y"#),
            ("ocimerge ", "a'b", #"a\'b"#),
        ])
    func inserts(_ line: String, _ word: String, _ expected: String) {
        #expect(BashLine(line, breaks: " :=")?.insertion(of: word) == expected)
    }

    @Test(
        "names with characters of the shell are harmful",
        arguments: [
            ("demo/app:1.0", true), ("app@x_y+z-1", true), ("", false), ("-rf", false), ("a b", false), ("a$b", false),
            ("a`b", false), ("a;b", false), ("a'b", false), ("a*b", false), ("a\nb", false), ("ä", false),
            ("a~b", false),
            ("a\u{1b}[31m", false), ("a\\b", false), ("a!b", false), ("a#b", false), ("a{b", false), ("a=b", false),
        ])
    func harmless(_ name: String, _ expected: Bool) {
        #expect(CompletionNames.isHarmless(name) == expected)
    }
}
