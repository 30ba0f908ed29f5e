import Foundation
import TestSupport
import Testing

@Suite("Version")
struct VersionTests {
    private static let libraries = [
        "libarchive", "zlib", "libzstd", "libdeflate", "libyaml", "libcrypto", "libcurl", "libisal",
    ]

    @Test("version prints the version, the commit and the version of each library")
    func text() throws {
        let run = try Program.ocimerge(["version"])
        #expect(run.status == 0 && run.stderr == "")
        let lines = run.stdout.split(separator: "\n").map(String.init)
        let commit = try Regex(#"ocimerge 0\.1\.0 \(commit (unknown|[0-9a-f]{12}(, modified)?)\)"#)
        #expect(lines.first?.wholeMatch(of: commit) != nil, "\(lines)")
        let library = try Regex(#"([a-z]+) +([0-9]+(\.[0-9]+)+|not found)"#)
        let names = lines.dropFirst().compactMap { line in
            line.wholeMatch(of: library)?.output[1].substring.map(String.init)
        }
        #expect(names == Self.libraries)
        #expect(lines.count == Self.libraries.count + 1)
    }

    @Test("version --json has the same facts")
    func json() throws {
        let run = try Program.ocimerge(["version", "--json"])
        let found = try #require(JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
        #expect(found["version"] as? String == "0.1.0")
        let libraries = try #require(found["libraries"] as? [[String: Any]])
        #expect(libraries.compactMap { $0["name"] as? String } == Self.libraries)
        let text = try Program.ocimerge(["version"]).stdout
        if let commit = found["commit"] as? String {
            #expect(commit.count == 40 && text.contains("(commit \(commit.prefix(12))"))
            #expect(text.contains(", modified)") == (found["modified"] as? Bool))
        } else {
            #expect(found["modified"] is NSNull && text.contains("(commit unknown)"))
        }
    }

    private static let git = [
        "-c", "user.name=test", "-c", "user.email=test@example", "-c", "init.defaultBranch=main",
    ]

    @Test("scripts/commit prints the commit of the sources and whether they differ from it")
    func commit() throws {
        let directory = try TemporaryDirectory()
        let tree = directory.path("tree")
        func git(_ arguments: String...) throws -> String {
            try Program.run("git", Self.git + arguments, directory: tree).stdout.trimmingCharacters(in: .newlines)
        }
        func commit() throws -> String {
            let run = try Program.run(tree + "/scripts/commit", [], directory: "/")
            #expect(run.status == 0 && run.stderr == "")
            return run.stdout.trimmingCharacters(in: .newlines)
        }
        try directory.write(Array("1".utf8), to: "tree/Package.swift")
        try directory.write(Array("1".utf8), to: "tree/Sources/a.swift")
        try FileManager.default.createDirectory(atPath: tree + "/scripts", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Program.repository + "/scripts/commit", toPath: tree + "/scripts/commit")
        #expect(try commit() == "", "no repository")
        _ = try git("init", "-q")
        #expect(try commit() == "", "no commit")
        _ = try git("add", ".")
        _ = try git("commit", "-qm", "one")
        let first = try git("rev-parse", "HEAD")
        #expect(first.count == 40)
        #expect(try commit() == first)
        try directory.write(Array("1".utf8), to: "tree/README.md")
        #expect(try commit() == first, "a file that is no source")
        try directory.write(Array("2".utf8), to: "tree/Sources/a.swift")
        #expect(try commit() == first + "-modified", "a changed source")
        _ = try git("commit", "-qam", "two")
        #expect(try commit() == git("rev-parse", "HEAD"), "HEAD moves")
        try directory.write(Array("2".utf8), to: "tree/Sources/b.swift")
        #expect(try commit().hasSuffix("-modified"), "a new source")
        try FileManager.default.moveItem(atPath: tree + "/.git", toPath: directory.path(".git"))
        #expect(try commit() == "", "a part of another repository")
    }
}
