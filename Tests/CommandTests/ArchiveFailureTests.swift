import Foundation
import TestSupport
import Testing

@Suite("An archive that cannot be finished")
struct ArchiveFailureTests {
    /// Four incompressible layers of 1 MiB.
    private func big(_ directory: borrowing TemporaryDirectory) throws -> String {
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        let layers = try (0..<4).map { number in
            Array("\(number)".utf8) + Array(try random.read(upToCount: 1 << 20) ?? Data())
        }
        return try directory.write(SavedImage(["big/image:1"], layers: layers).archive, to: "big.tar")
    }

    static let full: [(command: String, subject: String, why: String)] = [
        ("$0 big.tar -o small/out.tar", "small/out.tar", "members side by side"),
        ("$0 big.tar --jobs 1 -o small/out.tar", "small/out.tar", "one after the other"),
        ("$0 big.tar -o small/out.tar.gz", "small/out.tar.gz", "through gzip"),
        ("$0 big.tar -o small/out.tar.zst", "small/out.tar.zst", "through zstd"),
        ("$0 big.tar -o docker-archive:small/out.tar", "small/out.tar", "a docker-archive"),
        ("cat big.tar | $0 - -o small/out.tar", "", "a stream that is spooled beside the archive"),
        ("cat big.tar | TMPDIR=small $0 - -o - | cat > whole", "", "a stream that is spooled for standard output"),
        ("$0 big.tar -o - > small/out.tar; status=$?; rm small/out.tar; exit $status", "standard output", "redirected"),
        ("$0 big.tar -o - > /dev/full", "standard output", "a device that is full"),
    ]

    @Test("a full disk is an error, and nothing is left behind", arguments: full.indices)
    func fullDisk(_ number: Int) throws {
        let (command, subject, why) = Self.full[number]
        let directory = try TemporaryDirectory()
        _ = try big(directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 2 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let run = try Program.run(
            "bash", ["-o", "pipefail", "-c", command.replacingOccurrences(of: "$0", with: Program.ocimerge)],
            directory: directory.path)
        expectOneSentence(run, "\(why)")
        let start = "ocimerge: cannot write " + subject
        #expect(run.stderr.hasPrefix(start), "\(run.stderr)")
        #expect(run.stderr.hasSuffix(": No space left on device\n"), "\(run.stderr)")
        #expect(try Tree.names(in: disk.path) == [])
    }

    @Test("a full disk keeps the old archive", arguments: ["out.tar", "out.tar.gz", "out.tar.zst"])
    func fullDiskForce(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let source = try big(directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 2 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let out = disk.path + "/" + name
        expectDone(try ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let before = try Tree.read(disk.path)
        let run = try ocimerge(source, "--force", "-o", out)
        expectOneSentence(run, "\(name)")
        #expect(run.stderr == "ocimerge: cannot write \(out): No space left on device\n")
        #expect(try Tree.read(disk.path) == before)
    }

    static let forms = ["out.tar", "out.tar.gz", "out.tar.zst", "oci-archive:out.tar", "docker-archive:out.tar", "-"]

    /// A damaged layer that is first, last or in the middle of the archive.
    @Test("a blob that does not match its digest is an error", arguments: forms, ["1", "2"])
    func damaged(_ form: String, _ jobs: String) throws {
        let layers = (0..<5).map { number in [UInt8](repeating: UInt8(0x41 + number), count: 512 * (300 + number)) }
        let scratch = try TemporaryDirectory()
        let whole = try scratch.write(SavedImage(["a/b:1"], layers: layers).archive, to: "in.tar")
        expectDone(try ocimerge(whole, "--trust", "-q", "-o", scratch.path("in")))
        let expected = try Program.run(Program.ocimerge, [whole, "--trust", "-q", "-o", "-"]).output
        for layer in layers {
            let digest = SavedImage.digest(layer)
            var bytes = layer
            bytes[bytes.count - 1] ^= 1
            try scratch.write(bytes, to: "in/blobs/sha256/\(digest.dropFirst(7))")
            let directory = try TemporaryDirectory()
            let run = try Program.run(
                Program.ocimerge, [scratch.path("in"), "--trust", "--jobs", jobs, "-o", form],
                environment: ["TMPDIR": directory.path], directory: directory.path)
            #expect(run.status == 1)
            let path = scratch.path("in/blobs/sha256/\(digest.dropFirst(7))")
            #expect(
                run.stderr
                    == "ocimerge: blob \(digest) in \(path) is damaged: its content has digest "
                    + "\(SavedImage.digest(bytes))\n")
            #expect(try Tree.names(in: directory.path) == [])
            if form == "-" {
                // Written output cannot be removed. Without its end blocks the archive is recognisably incomplete.
                #expect(run.output.count <= expected.count - 1024)
                #expect(run.output.suffix(1024) != [UInt8](repeating: 0, count: 1024)[...])
            } else {
                #expect(run.output == [])
            }
            try scratch.write(layer, to: "in/blobs/sha256/\(digest.dropFirst(7))")
        }
    }

    @Test("a blob of the wrong size is an error", arguments: forms)
    func wrongSize(_ form: String) throws {
        let directory = try TemporaryDirectory()
        for delta in [-1, 1] {
            let scratch = try TemporaryDirectory()
            expectDone(try ocimerge("docker20/hello-amd64.tar", "-q", "-o", scratch.path("in")))
            let name = "blobs/sha256/a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201"
            let bytes = try #require(try Tree.read(scratch.path("in"))[name])
            try scratch.write(delta < 0 ? Array(bytes.dropLast()) : bytes + [0], to: "in/" + name)
            let run = try Program.run(
                Program.ocimerge, [scratch.path("in"), "--trust", "-o", form], environment: ["TMPDIR": directory.path],
                directory: directory.path)
            #expect(run.status == 1)
            #expect(run.stderr.contains("is damaged: 9216 bytes expected, \(9216 + delta) found\n"), "\(run.stderr)")
            #expect(try Tree.names(in: directory.path) == [])
        }
    }

    @Test("a reader that closes the pipe ends the run with one error", .mustEnd, arguments: ["1", "2"])
    func closedPipe(_ jobs: String) throws {
        let directory = try TemporaryDirectory()
        let source = try big(directory)
        let script = #"{ "$0" "$1" --jobs "$2" -o -; echo $? > status; } | head -c 100 > head"#
        let run = try Program.run(
            "sh", ["-c", script, Program.ocimerge, source, jobs], environment: ["TMPDIR": directory.path],
            directory: directory.path)
        #expect(run.stderr == "ocimerge: cannot write standard output: Broken pipe\n")
        let tree = try Tree.read(directory.path)
        #expect(tree["status"] == Array("1\n".utf8))
        #expect(tree["head"]?.count == 100)
        #expect(Set(tree.keys) == ["big.tar", "head", "status"])
    }

    @Test("a terminal as standard output is refused", arguments: ["-", "oci-archive:-"])
    func terminal(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        let command = "\(Program.ocimerge) no/matter.tar -o \(destination) 2>said; echo $? > status"
        let run = try Program.run(
            "script", ["-qec", command, "/dev/null"], environment: ["TMPDIR": directory.path], directory: directory.path
        )
        #expect(run.stdout == "")
        let tree = try Tree.read(directory.path)
        let sentence = "ocimerge: cannot write an archive to a terminal; redirect standard output or name a file"
        #expect(String(decoding: tree["said"] ?? [], as: UTF8.self).hasPrefix(sentence))
        #expect(tree["status"] == Array("2\n".utf8))
        #expect(Set(tree.keys) == ["said", "status"])
    }

    @Test("a closed standard output is an error")
    func closed() throws {
        let run = try Program.run("sh", ["-c", "\(Program.ocimerge) tar/plain.tar -o - >&-"], directory: fixtures)
        expectOneSentence(run, "closed")
    }
}
