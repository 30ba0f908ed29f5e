import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// `[DIALECT:]PATH[:NAME|@DIGEST][=PLATFORM]`, and file names that look like parts of such a reference.
struct SourceReferenceTests {
    static let hex = String(repeating: "ab", count: 32)

    static let files = ["x.tar", "x.tar:1.0", "oci:x", "a=b.tar", "a:b@c=d", "x", "dir/y.tar", "y@sha256", "é ö.tar"]

    /// The text, with `$` for the directory; then path, dialect, selection and platform.
    @Test(
        arguments: [
            ("a path", "$/x.tar", "x.tar | | |"), ("a path with a name", "$/x.tar:app", "x.tar | | app |"),
            ("a full name", "$/x.tar:host:5000/app:1.0", "x.tar | | host:5000/app:1.0 |"),
            ("the longest existing path wins", "$/x.tar:1.0", "x.tar:1.0 | | |"),
            ("a name after the longest existing path", "$/x.tar:1.0:2.0", "x.tar:1.0 | | 2.0 |"),
            ("a digest", "$/x.tar@sha256:\(hex)", "x.tar | | sha256:\(hex) |"),
            ("a digest after the longest existing path", "$/y@sha256:\(hex)", "y@sha256 | | \(hex) |"),
            ("a platform", "$/x.tar=linux/arm/v7", "x.tar | | | linux/arm/v7"),
            ("a name and a platform", "$/x.tar:app:1=arm64", "x.tar | | app:1 | linux/arm64"),
            ("a digest and a platform", "$/x.tar@sha256:\(hex)=amd64", "x.tar | | sha256:\(hex) | linux/amd64"),
            ("a platform with a version", "$/x.tar=windows/amd64:10.0.1", "x.tar | | | windows/amd64:10.0.1"),
            ("a dialect", "docker-archive:$/x.tar", "x.tar | docker-archive | |"),
            ("oci", "oci:$/x:1", "x | oci | 1 |"),
            ("oci-archive is not oci", "oci-archive:$/x.tar:1", "x.tar | oci-archive | 1 |"),
            ("dir", "dir:$/dir", "dir | dir | |"),
            ("everything", "oci-archive:$/x.tar:app:1=s390x", "x.tar | oci-archive | app:1 | linux/s390x"),
            ("a name with an equals sign", "$/a=b.tar", "a=b.tar | | |"),
            ("such a path with a name", "$/a=b.tar:1.0", "a=b.tar | | 1.0 |"),
            ("such a path with a dialect", "oci-archive:$/a=b.tar", "a=b.tar | oci-archive | |"),
            ("such a path with a platform", "$/a=b.tar=arm64", "a=b.tar | | | linux/arm64"),
            ("a path with all separators", "$/a:b@c=d", "a:b@c=d | | |"),
            ("non-ASCII letters", "$/é ö.tar:ü", "é ö.tar | | ü |"),
            ("a registry", "docker://r.example/app:1", "r.example/app:1 | | |"),
            ("a registry with a port", "docker://r.example:5000/a/b", "r.example:5000/a/b:latest | | |"),
            ("localhost", "docker://localhost/app", "localhost/app:latest | | |"),
            ("no host", "docker://app", "docker.io/library/app:latest | | |"),
            ("a digest in a registry", "docker://r.example/app@sha256:\(hex)", "r.example/app@sha256:\(hex) | | |"),
            (
                "a tag and a digest", "docker://r.example/app:1@sha256:\(hex)", "r.example/app:1@sha256:\(hex) | | |"
            ),
            (
                "a registry and a platform", "docker://r.example/app:1=arm64", "r.example/app:1 | | | linux/arm64"
            ),
            ("standard input", "-", "- | | |"), ("standard input and a name", "-:app:1", "- | | app:1 |"),
            ("standard input and a platform", "-=arm64", "- | | | linux/arm64"),
            ("standard input and a dialect", "docker-archive:-", "- | docker-archive | |"),
            ("standard input and a digest", "-@sha256:\(hex)", "- | | sha256:\(hex) |"),
        ])
    func parsesReferences(_ why: String, _ text: String, _ expected: String) throws {
        let directory = try Self.tree()
        let reference = try SourceReference(parsing: text.replacing("$", with: directory.path))
        let place =
            switch reference.place {
            case .path(let path): path.replacing(directory.path + "/", with: "")
            case .standardInput: "-"
            case .registry(let image): image.description
            }
        let selection =
            switch reference.selection {
            case .name(let name)?: name
            case .digest(let digest)?: digest.description
            case nil: ""
            }
        let parts = [place, reference.dialect ?? "", selection, reference.platform?.description ?? ""]
        #expect(Self.compact(parts) == expected)
    }

    static func compact(_ parts: [String]) -> String {
        parts.dropFirst().reduce(parts[0]) { $0 + " |" + ($1.isEmpty ? "" : " " + $1) }
    }

    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for name in files { try directory.write([], to: name) }
        return directory
    }

    @Test(
        arguments: [
            ("no such file", "$/none.tar", "no such path"),
            ("no such file with a name", "$/none.tar:1.0", "no such path"),
            ("a dialect alone", "oci:", "no such path"), ("an empty text", "", "no such path"),
            ("a broken digest", "$/x.tar@sha256:abc", "malformed digest sha256:abc"),
            ("an unknown algorithm", "$/x.tar@md5:\(hex)", "malformed digest md5:\(hex)"),
            ("a broken platform", "$/x.tar=linux/", "malformed platform linux/"),
            ("no platform after the equals sign", "$/x.tar=", "malformed platform "),
            ("an unknown word", "$/x.tar=nonsense", "malformed platform nonsense"),
            ("a registry without slashes", "docker:host/app:1", "no slashes"),
            ("an empty registry reference", "docker://", "reference noRepository"),
            ("a registry alone", "docker://r.example/", "reference noRepository"),
            ("capitals", "docker://r.example/App:1", #"reference upperCase("app")"#),
            ("capitals without a registry", "docker://App", #"reference upperCase("app")"#),
            ("an invalid repository", "docker://r.example/a..b", #"reference repository("a..b")"#),
            ("two slashes", "docker://r.example/a//b", #"reference repository("a//b")"#),
            ("an empty tag", "docker://r.example/app:", #"reference tag("")"#),
            ("an invalid tag", "docker://r.example/app:-1", #"reference tag("-1")"#),
            ("an invalid host", "docker://r_.example/app", #"reference host("r_.example")"#),
            ("an invalid port", "docker://r.example:a/app", #"reference host("r.example:a")"#),
            ("a truncated digest", "docker://r.example/app@sha256:ab", #"reference digest("sha256:ab")"#),
            ("an empty digest", "docker://r.example/app@", #"reference digest("")"#),
            (
                "a name that is too long", "docker://r.example/\(String(repeating: "a", count: 250))",
                "reference tooLong(limit: 255)"
            ),
            (
                "an invalid platform after a registry reference", "docker://r.example/app:1=linux/",
                "malformed platform linux/"
            ),
        ])
    func refusesInvalidReferences(_ why: String, _ text: String, _ expected: String) throws {
        let directory = try Self.tree()
        #expect(
            Opening.failure { _ = try SourceReference(parsing: text.replacing("$", with: directory.path)) } == expected)
    }

    /// An existing file has precedence over a registry.
    @Test func aFileNamedLikeARegistryIsAFile() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "docker:/r.example/app:1")
        for (text, platform) in [("docker://r.example/app:1", nil), ("docker://r.example/app:1=arm64", "linux/arm64")] {
            let reference = try SourceReference(parsing: text, in: directory.path)
            #expect(reference.place == .path(directory.path("docker://r.example/app:1")))
            #expect(reference.platform?.description == platform)
        }
        #expect(try SourceReference(parsing: "docker://r.example/app:2", in: directory.path).registry != nil)
    }

    @Test func refusesReferencesLongerThanAnyPathWithAName() throws {
        func failure(_ count: Int) -> String? {
            Opening.failure { _ = try SourceReference(parsing: String(repeating: ":", count: count)) }
        }
        #expect(failure(8192) == "io system(36)", "an error of the system")
        #expect(failure(8193) == "longer than 8192")
        #expect(failure(1_000_000) == "longer than 8192")
    }

    /// An empty variable in a script must not select everything.
    @Test(arguments: ["$/x.tar:", "$/x.tar@", "-:"])
    func refusesAnEmptySelection(_ text: String) throws {
        let directory = try Self.tree()
        let typed = text.replacing("$", with: directory.path)
        #expect(Opening.failure { _ = try SourceReference(parsing: typed) } == "empty selection")
    }
}
