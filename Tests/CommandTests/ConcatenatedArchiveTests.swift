import Foundation
import TestSupport
import Testing

/// `cat a.tar b.tar` makes a file of which every tar reader shows the first half.
@Suite("Bytes behind the end of an archive")
struct ConcatenatedArchiveTests {
    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(name))))
    }

    private static func joined(padding: Int) throws -> (bytes: [UInt8], offset: Int) {
        let first = try bytes("docker20/hello-amd64.tar") + [UInt8](repeating: 0, count: padding)
        return (first + (try bytes("docker20/hello-s390x.tar")), first.count)
    }

    @Test("a second archive is refused, wherever it begins", arguments: [0, 512, 10240, 1 << 20])
    func second(_ padding: Int) throws {
        let directory = try TemporaryDirectory()
        let (bytes, offset) = try Self.joined(padding: padding)
        try directory.write(bytes, to: "x.tar")
        try directory.write(try Program.run("gzip", ["-c"], input: bytes).output, to: "x.tar.gz")
        func sentence(_ name: String) -> String {
            "\(name) has a second archive behind the end of the first, at byte \(offset); split it there and name both"
        }
        for name in ["x.tar", "x.tar.gz"] {
            for arguments in [
                [name, "-o", "out"], ["inspect", name], ["pack", name, "-o", "out.tar"],
                ["fix", name, "--platform", "linux/arm", "--trust", "-o", "out.tar"],
            ] {
                expectFailure(try Program.ocimerge(arguments, directory: directory.path), sentence(name))
            }
            let verified = try Program.ocimerge(["verify", name], directory: directory.path)
            #expect(verified.status == 1)
            #expect(
                (verified.stdout + verified.stderr).contains(sentence(name)), "\(verified.stdout)\(verified.stderr)")
        }
        expectFailure(
            try Program.ocimerge(["-", "-o", "out"], input: bytes, directory: directory.path),
            sentence("standard input"))
        #expect(try Tree.names(in: directory.path) == ["x.tar", "x.tar.gz"])
    }

    @Test("padding and garbage behind the end are read over", arguments: [[], [1], [UInt8](repeating: 7, count: 4096)])
    func garbage(_ garbage: [UInt8]) throws {
        let directory = try TemporaryDirectory()
        let bytes = try Self.bytes("docker20/hello-amd64.tar") + [UInt8](repeating: 0, count: 30_000) + garbage
        try directory.write(bytes, to: "x.tar")
        expectDone(try Program.ocimerge(["x.tar", "-q", "-o", "out"], directory: directory.path))
        expectDone(try Program.ocimerge(["-", "-q", "-o", "out2"], input: bytes, directory: directory.path))
        #expect(try Tree.read(directory.path("out")) == Tree.read(directory.path("out2")))
    }
}
