import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// Sources of a spec are relative to its directory. They are shown as references that a user could type.
struct SpecReferencesTests {
    static let files = ["s/x.tar", "s/sub/y.tar", "s/x.tar:1.0", "s/oci:z", "z.tar", "a:b/w.tar", "a", "s/lib.files/y"]

    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for name in files { try directory.write([], to: name) }
        return directory
    }

    /// Path, dialect, selection and platform; then the text. `$` is the parent of the spec's directory `s`.
    @Test(
        arguments: [
            ("a path", "x.tar", "$/s/x.tar | | |", "$/s/x.tar"),
            ("a path below", "sub/y.tar", "$/s/sub/y.tar | | |", "$/s/sub/y.tar"),
            ("a path above", "../z.tar", "$/s/../z.tar | | |", "$/s/../z.tar"),
            ("an absolute path", "$/z.tar", "$/z.tar | | |", "$/z.tar"),
            ("a name", "x.tar:app", "$/s/x.tar | | app |", "$/s/x.tar:app"),
            ("the longest existing path", "x.tar:1.0:app", "$/s/x.tar:1.0 | | app |", "$/s/x.tar:1.0:app"),
            ("a dialect", "dir:sub", "$/s/sub | dir | |", "dir:$/s/sub"),
            ("a dialect and an absolute path", "dir:$/s:app", "$/s | dir | app |", "dir:$/s:app"),
            ("a path like a dialect", "oci:z", "$/s/oci:z | | |", "$/s/oci:z"),
            ("a platform", "x.tar=arm64", "$/s/x.tar | | | linux/arm64", "$/s/x.tar=arm64"),
            ("everything", "oci:x.tar:a=arm64", "$/s/x.tar | oci | a | linux/arm64", "oci:$/s/x.tar:a=arm64"),
            ("standard input", "-", "- | | |", "-"), ("standard input and a name", "-:app", "- | | app |", "-:app"),
        ])
    func resolvesSourcesInTheDirectoryOfTheSpec(_ why: String, _ text: String, _ expected: String, _ shown: String)
        throws
    {
        let directory = try Self.tree()
        let reference = try SourceReference(
            parsing: text.replacing("$", with: directory.path), in: directory.path("s"))
        let place = if case .path(let path) = reference.place { path } else { "-" }
        let selection = if case .name(let name)? = reference.selection { name } else { "" }
        let parts = [place, reference.dialect ?? "", selection, reference.platform?.description ?? ""]
        #expect(SourceReferenceTests.compact(parts) == expected.replacing("$", with: directory.path), "\(why)")
        #expect(reference.text == shown.replacing("$", with: directory.path), "\(why)")
    }

    @Test func theDirectoryOfTheSpecIsNotParsed() throws {
        let directory = try Self.tree()
        let folder = directory.path("a:b")
        #expect(try SourceReference(parsing: "w.tar", in: folder).place == .path(folder + "/w.tar"))
        #expect(Opening.failure { _ = try SourceReference(parsing: "none.tar", in: folder) } == "no such path")
        #expect(Opening.failure { _ = try SourceReference(parsing: "", in: folder) } == "no such path")
    }

    private func file(_ yaml: String, in directory: borrowing TemporaryDirectory) throws -> SpecFile {
        try SpecFile(reading: directory.write(Array(yaml.utf8), to: "s/spec.yaml"))
    }

    @Test func thePlatformOfTheSpecIsDeclared() throws {
        let directory = try Self.tree()
        let platform = "{os: windows, architecture: amd64, os.version: '10', os.features: [f]}"
        let file = try file("manifests: [{image: x.tar, platform: \(platform)}]", in: directory)
        let reference = try #require(try file.sources(ignoringMissing: false).found.first?.reference)
        #expect(
            reference.platform == Platform(os: "windows", architecture: "amd64", osVersion: "10", osFeatures: ["f"]))
        #expect(reference.text == directory.path("s/x.tar=windows/amd64:10"))
    }

    static let wrong: [(sentence: String, image: String, expected: String)] = [
        ("two platforms", "x.tar=arm64", "platform twice: x.tar=arm64"),
        ("an absent file", "none.tar", "no such path"), ("an empty name", "'x.tar:'", "empty selection"),
        ("a path that is too long", String(repeating: "a:", count: 5000) + "b", "longer than 8192"),
        ("an invalid platform", "x.tar=bogus", "malformed platform bogus"),
        ("no repository", "docker://a.b/", "reference noRepository"),
        ("a directory with a version", "v1.0/x", "no such path"),
        ("an archive in an absent directory", "old.build/x.tar:app", "no such path"),
        ("an existing directory", "lib.files/x", "no such path"),
    ]

    @Test(arguments: wrong.indices)
    func errorsNameTheLine(_ number: Int) throws {
        let directory = try Self.tree()
        let platform = "platform: {os: linux, architecture: amd64}"
        let yaml = "manifests:\n- image: x.tar\n- image: \(Self.wrong[number].image)\n  \(platform)\n"
        let file = try file(yaml, in: directory)
        // Only absent files may be ignored.
        for isIgnoring in [false, true] where !(isIgnoring && Self.wrong[number].expected == "no such path") {
            let error = try #require(throws: SpecError.self) { try file.sources(ignoringMissing: isIgnoring) }
            #expect(error.line == 3)
            #expect(MergeSpecTests.word(error.reason) == Self.wrong[number].expected)
        }
    }

    /// References are read as by manifest-tool, with and without `--ignore-missing`.
    @Test(
        arguments: [
            ("docker.io/library/x:1", "docker://docker.io/library/x:1"), ("h:5000/x", "docker://h:5000/x:latest"),
            ("localhost/x:1", "docker://localhost/x:1"), ("docker://a/b:2", "docker://docker.io/a/b:2"),
        ])
    func referencesToRegistriesAreRecognised(_ image: String, _ meant: String) throws {
        let directory = try Self.tree()
        let platform = "platform: {os: linux, architecture: arm64}"
        let file = try file("manifests:\n- image: \(image)\n  \(platform)\n", in: directory)
        for isIgnoring in [false, true] {
            let (found, notes) = try file.sources(ignoringMissing: isIgnoring)
            #expect(found.map { "docker://\($0.reference.registry?.description ?? "")" } == [meant])
            #expect(found.first?.reference.platform == Platform(os: "linux", architecture: "arm64"))
            #expect(notes == [])
        }
    }

    @Test func absentSourcesAreIgnoredIfAllowed() throws {
        let directory = try Self.tree()
        let file = try file("manifests:\n- image: none.tar:app\n- image: x.tar\n", in: directory)
        let (found, notes) = try file.sources(ignoringMissing: true)
        #expect(found.map(\.reference.text) == [directory.path("s/x.tar")])
        #expect(notes == [.leftOut(path: directory.path("s/none.tar:app"), line: 2)])
    }
}
