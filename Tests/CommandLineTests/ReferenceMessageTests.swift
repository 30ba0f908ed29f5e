import ImageSinks
import ImageSources
import Testing

@testable import ocimerge

/// Mistyped names of images in registries. The message names the mistake and never contains a password.
@Suite struct ReferenceMessageTests {
    static let form = "docker://HOST/REPO[:TAG]"
    static let written = "an image in a registry is written \(form)"
    static let alone = "it names a registry but no repository; write \(form)"
    static let user =
        "the text after @ is not a digest, and a name cannot contain user and password; log in with ocimerge login"

    static let sentences: [(String, String)] = [
        ("127.0.0.1:5000", "127.0.0.1:5000: \(alone)"),
        ("docker://127.0.0.1:5000", "docker://127.0.0.1:5000: \(alone)"),
        ("localhost", "localhost: \(alone)"), ("localhost:5000", "localhost:5000: \(alone)"),
        ("[::1]:5000", "[::1]:5000: \(alone)"), ("docker://r.example", "docker://r.example: \(alone)"),
        ("http://r.example/app", "http://r.example/app: \(written)"),
        ("DOCKER://r.io/x", "DOCKER://r.io/x: \(written)"),
        ("docker:r.example/app", "docker:r.example/app: \(written)"),
        ("oci:x", "oci:x: oci: is not a registry; \(written)"),
        ("dir:a/b", "dir:a/b: dir: is not a registry; \(written)"),
        (
            "docker-daemon:x:1", "docker-daemon:x:1: docker-daemon: is not a registry; \(written)"
        ),
        ("user:pw@r.example/app", "r.example/app: \(user)"),
        ("docker://user:pw@r.io/x:1", "docker://r.io/x:1: \(user)"),
        ("http://user:p@w@r.example:1/app", "http://r.example:1/app: \(user)"),
        ("user:pw@r.example", "r.example: \(user)"),
        (
            "r.example/a:" + String(repeating: "t", count: 129),
            "r.example/a:\(String(repeating: "t", count: 129)): its tag is longer than the 128 bytes that a tag can have"
        ),
        (
            "r.example/a@sha256:ab",
            "r.example/a@sha256:ab: 'sha256:ab' is not a digest; write @sha256:HEX with 64 lower-case digits"
        ),
    ]

    @Test(arguments: sentences)
    func aDestinationNamesTheMistake(_ text: String, _ sentence: String) {
        #expect(
            Self.sentence { () throws(DestinationError) in _ = try RegistryDestination(parsing: text) }
                == "cannot write \(sentence)")
    }

    static let destinations: [(String, String)] = [
        ("docker://127.0.0.1:5000", alone), ("DOCKER://r.example/x", written), ("docker:r.example/x", written),
        ("docker:x", written),
    ]

    @Test(arguments: destinations)
    func soDoesMerge(_ text: String, _ phrase: String) {
        #expect(
            Self.sentence { () throws(DestinationError) in _ = try Destinations.parse(text) }
                == "cannot write \(text): \(phrase)")
    }

    static let sources: [(String, String)] = [
        ("docker://user:p=w@r.example/x", "cannot read docker://r.example/x: \(user)"),
        ("docker://", "cannot read docker://: it names no repository; write \(form)"),
        ("docker://127.0.0.1:5000=linux/arm64", "cannot read docker://127.0.0.1:5000=linux/arm64: \(alone)"),
        ("DOCKER://r.example/x", "cannot read DOCKER://r.example/x: \(written)"),
        ("docker:r.example/x", "cannot read docker:r.example/x: \(written)"),
        (
            "r.example/x:1",
            "no such file or directory: r.example/x:1; an image in a registry is docker://r.example/x:1"
        ),
        (
            "localhost/x", "no such file or directory: localhost/x; an image in a registry is docker://localhost/x"
        ),
        ("none/x:1", "no such file or directory: none/x:1; an image in a registry is docker://none/x:1"),
        ("none/x", "no such file or directory: none/x"), ("./none/x", "no such file or directory: ./none/x"),
        ("../none/x", "no such file or directory: ../none/x"), ("a.d/x.tar", "no such file or directory: a.d/x.tar"),
        ("r.example/X", "no such file or directory: r.example/X"),
    ]

    @Test(arguments: sources)
    func soDoesASource(_ text: String, _ sentence: String) {
        #expect(Self.sentence { () throws(SourceError) in _ = try SourceReference(parsing: text) } == sentence)
    }

    @Test(arguments: ["docker://busybox:1", "docker://docker:1", "oci:5000/x", "docker:5000/x", "r.example/oci:1"])
    func validNamesAreAccepted(_ text: String) throws {
        _ = try RegistryDestination(parsing: text)
    }

    private static func sentence<Failure: Reportable>(_ body: () throws(Failure) -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return error.sentence }
    }
}
