import Foundation
import TestSupport
import Testing

/// Completion in real shells. The program on their PATH is the built binary.
@Suite("Completion in bash, zsh and fish", .mustEnd)
struct ShellCompletionTests {
    /// A directory with a layout, a plain tar, a file of no interest, and the completion scripts.
    private final class Place {
        let directory: TemporaryDirectory

        init(names: [String] = ["demo/app:1.0", "demo/web:2.0"]) throws {
            directory = try TemporaryDirectory()
            try directory.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "multi/oci-layout")
            let entries = names.enumerated().map { number, name in
                let digest = String(repeating: "0", count: 60) + String(format: "%04d", number)
                return [
                    "mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:\(digest)", "size": 2,
                    "annotations": ["org.opencontainers.image.ref.name": name],
                ] as [String: Any]
            }
            let index = try JSONSerialization.data(withJSONObject: ["schemaVersion": 2, "manifests": entries])
            try directory.write(Array(index), to: "multi/index.json")
            try FileManager.default.copyItem(
                atPath: Program.fixture("docker20/hello-s390x.tar"), toPath: directory.path("s390x.tar"))
            try directory.write([], to: "notes.txt")
            try FileManager.default.createDirectory(atPath: directory.path("my dir"), withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: directory.path("bin"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: directory.path("bin/ocimerge"), withDestinationPath: Program.ocimerge)
            for shell in ["bash", "zsh", "fish"] {
                try directory.write(Program.ocimerge(["completion", shell]).output, to: "bin/\(shell)")
            }
        }

        var environment: [String: String] {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            return ["PATH": "\(directory.path("bin")):\(path)", "HOME": directory.path, "TERM": "dumb"]
        }

        /// The candidates of bash, as its completion function leaves them.
        func bash(_ line: String) throws -> [String] {
            let script = """
                source bin/bash
                COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
                _ocimerge ocimerge "" ""
                ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
                """
            return try lines("bash", ["--norc", "-c", script, "bash", line])
        }

        /// The candidates of fish, without descriptions.
        func fish(_ line: String) throws -> [String] {
            let script = "source bin/fish; complete -C $argv[1]"
            return try lines("fish", ["--no-config", "-c", script, line]).map { $0.components(separatedBy: "\t")[0] }
        }

        private func lines(_ program: String, _ arguments: [String]) throws -> [String] {
            let run = try Program.run(
                program, arguments, environment: environment, directory: directory.path)
            #expect(run.stderr == "")
            return run.stdout.split(separator: "\n").map(String.init).sorted()
        }

        /// The words of a line in an interactive shell, after the key TAB at its end.
        func typed(_ line: String, in shell: String) throws -> String {
            let setup =
                shell == "zsh"
                ? ["-f", "autoload -Uz compinit; compinit -u -D; source bin/zsh"]
                : ["--norc", "bind 'set bell-style none'; source bin/bash"]
            let session = try TerminalSession(
                "/usr/bin/env", [shell, setup[0], "-i"], environment: environment)
            session.type("cd '\(directory.path)'; \(setup[1]); printf '%s\\n' rea''dy\n")
            #expect(session.wait(for: "ready"))
            // Control-A moves to the start of the line, Control-E to its end.
            session.type("\(line)\t\u{01}printf '<%s>' \u{05} 'e'nd\n")
            #expect(session.wait(for: "<end>"))
            session.type("exit\n")
            _ = session.end()
            let shown = session.shown
            #expect(!shown.contains("not found"))
            guard let start = shown.range(of: "<ocimerge>"), let end = shown.range(of: "<end>") else { return shown }
            return String(shown[start.upperBound..<end.lowerBound])
        }
    }

    static let offered: [(line: String, words: [String])] = [
        ("ocimerge rm multi:", ["multi:demo/app:1.0", "multi:demo/web:2.0"]),
        ("ocimerge tag multi:demo/w", ["multi:demo/web:2.0"]), ("ocimerge rm ", ["bin/", "multi:", "my dir/"]),
        ("ocimerge rm multi/", ["multi/:"]), ("ocimerge inspect multi:", ["multi:demo/app:1.0", "multi:demo/web:2.0"]),
        ("ocimerge inspect s390x.tar:", ["s390x.tar:demo/hello:1.0"]),
        ("ocimerge cat s390x.tar:", ["s390x.tar:demo/hello:1.0"]), ("ocimerge cat s390x.tar ", []),
        ("ocimerge diff s390x.tar:", ["s390x.tar:demo/hello:1.0"]),
        ("ocimerge diff s390x.tar multi:demo/w", ["multi:demo/web:2.0"]),
        ("ocimerge s390x.tar multi:demo/app:", ["multi:demo/app:1.0"]),
        ("ocimerge push oci:multi:demo/w", ["oci:multi:demo/web:2.0"]),
        ("ocimerge rm multi:docker.io/demo/w", ["multi:docker.io/demo/web:2.0"]),
        ("ocimerge rm multi:2", ["multi:2.0"]), ("ocimerge rm multi:nothing", []), ("ocimerge rm absent:", []),
        ("ocimerge s390x.tar=linux/s", ["s390x.tar=linux/s390x"]),
        ("ocimerge s390x.tar --compress=", ["--compress=gzip", "--compress=none", "--compress=zstd"]),
        ("ocimerge multi -o o", ["oci-archive:", "oci:"]), ("ocimerge multi -o oci:mu", ["oci:multi/"]),
        ("ocimerge m", ["man", "merge", "multi/", "my dir/"]), ("ocimerge help ver", ["verify", "version"]),
    ]

    @Test("completion offers these words", arguments: offered.indices)
    func offers(_ number: Int) throws {
        let (line, words) = Self.offered[number]
        let place = try Place()
        #expect(try place.fish(line) == words)
        let current = line.components(separatedBy: " ").last ?? ""
        let kept = current.lastIndex { $0 == ":" || $0 == "=" }.map { current[...$0].count } ?? 0
        let rest = words.map { $0.dropFirst(kept).replacingOccurrences(of: " ", with: "\\ ") }
        #expect(try place.bash(line) == rest)
    }

    static let insertions: [(line: String, words: String)] = [
        ("ocimerge rm multi:demo/w", "<rm><multi:demo/web:2.0>"), ("ocimerge rm mul", "<rm><multi:>"),
        ("ocimerge rm multi:", "<rm><multi:demo/>"), ("ocimerge s390x.tar=linux/s", "<s390x.tar=linux/s390x>"),
        ("ocimerge inspect s390x.tar:", "<inspect><s390x.tar:demo/hello:1.0>"), ("ocimerge insp", "<inspect>"),
        ("ocimerge multi -o oci:mu", "<multi><-o><oci:multi/>"), ("ocimerge verify no", "<verify><notes.txt>"),
        ("ocimerge rm ~/multi:demo/w", "<rm><HOME/multi:demo/web:2.0>"),
        ("ocimerge a --compress=z", "<a><--compress=zstd>"), ("ocimerge rm nothing:", "<rm><nothing:>"),
    ]

    @Test("the key TAB inserts", arguments: ["bash", "zsh"], insertions)
    func inserts(_ shell: String, _ typed: (line: String, words: String)) throws {
        let place = try Place()
        let words = typed.words.replacingOccurrences(of: "HOME", with: place.directory.path)
        #expect(try place.typed(typed.line, in: shell) == words)
    }

    private static let hostileNames = [
        "$(touch pwned)", "`touch pwned`", "a;touch pwned", "a b", "'", "\"", "-rf", "*", "?x", "a\ntouch pwned",
        "a\u{1b}[31mred", "ä/ö:1", "a\\b", "a&b", "a|b", "a>pwned", "~root", "{a,b}", "!x", "#x", "a\tb", "$HOME",
        "${PATH}", "a\u{202e}b", "=ls", "%x", "^x^y", "(touch pwned)", "[x]",
    ]

    @Test("names with a meaning for a shell are omitted", arguments: ["bash", "zsh", "fish"])
    func hostile(_ shell: String) throws {
        let place = try Place(names: Self.hostileNames + ["good/name:1"])
        if shell == "fish" {
            #expect(try place.fish("ocimerge rm multi:") == ["multi:good/name:1"])
        } else {
            #expect(try place.typed("ocimerge rm multi:", in: shell) == "<rm><multi:good/name:1>")
        }
        if shell == "bash" { #expect(try place.bash("ocimerge rm multi:") == ["good/name:1"]) }
        #expect(!FileManager.default.fileExists(atPath: place.directory.path("pwned")))
    }

    @Test("completion of hostile inputs is silent and offers only harmless names", arguments: HostileInput.all)
    func hostileInput(_ input: HostileInput) throws {
        let directory = try TemporaryDirectory()
        let source = try input.write(in: directory.path) + ":"
        let run = try Program.run(
            Program.ocimerge, ["__complete", "zsh", "inspect", source], directory: directory.path)
        #expect(run.status == 0 && run.stderr == "")
        let harmless = CharacterSet(charactersIn: "-._/:@+0123456789").union(
            CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        for line in run.stdout.split(separator: "\n").dropFirst() {
            #expect(line.hasPrefix(source))
            let name = line.dropFirst(source.count).unicodeScalars
            #expect(!name.isEmpty && name.allSatisfy(harmless.contains), "\(line)")
        }
    }

    @Test("completion ends on a fifo, a damaged index and a compressed archive without a name")
    func noNames() throws {
        let place = try Place()
        #expect(mkfifo(place.directory.path("fifo"), 0o600) == 0)
        try place.directory.write(Array("{".utf8), to: "multi/index.json")
        try place.directory.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0], to: "a.tar.gz")
        for name in ["fifo", "multi", "a.tar.gz", "notes.txt", "my dir"] {
            let run = try Program.run(
                Program.ocimerge, ["__complete", "zsh", "inspect", name + ":"], directory: place.directory.path)
            #expect(run.status == 0 && run.stdout == "words\n" && run.stderr == "", "\(name)")
        }
    }

    @Test("without the program on the PATH files are completed")
    func absentProgram() throws {
        let place = try Place()
        try FileManager.default.removeItem(atPath: place.directory.path("bin/ocimerge"))
        #expect(try place.typed("ocimerge verify no", in: "bash") == "<verify><notes.txt>")
        #expect(try place.typed("ocimerge verify no", in: "zsh") == "<verify><notes.txt>")
        #expect(try place.fish("ocimerge verify no") == ["notes.txt"])
    }
}
