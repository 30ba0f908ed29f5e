import Foundation
import TestSupport
import Testing

@Suite("A full disk")
struct FullDiskTests {
    private func archive(_ directory: borrowing TemporaryDirectory) throws -> String {
        var layers: [[UInt8]] = []
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        for number in 0..<4 {
            layers.append(Array("\(number)".utf8) + Array(try random.read(upToCount: 1 << 20) ?? Data()))
        }
        return try directory.write(SavedImage(["big/image:1"], layers: layers).archive, to: "big.tar")
    }

    static let inputs: [(form: String, sentence: String)] = [
        ("$0 big.tar -o small/out", "an archive"), ("$0 - -o small/out < big.tar", "standard input, a file"),
        ("cat big.tar | $0 - -o small/out", "a stream that is spooled first"),
        ("gzip -1 < big.tar > big.gz; $0 big.gz -o small/out", "a compressed archive"),
        ("$0 big.tar -o small/out --jobs 1", "one worker"),
    ]

    @Test("a full disk is an error, and nothing is left behind", arguments: inputs.indices)
    func create(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let archive = try archive(directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 2 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let command = Self.inputs[number].form.replacingOccurrences(of: "$0", with: Program.ocimerge)
        let run = try Program.run("sh", ["-c", command], directory: directory.path)
        expectOneSentence(run, "\(archive)")
        #expect(run.stderr.hasSuffix(": No space left on device\n"), "\(run.stderr)")
        #expect(run.stderr.hasPrefix("ocimerge: cannot write "), "\(run.stderr)")
        #expect(try Tree.names(in: disk.path) == [])
    }

    @Test("a full disk leaves no volumes behind", arguments: ["out.tar", "out.tar.zst"])
    func volumes(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let archive = try archive(directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 2 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let run = try ocimerge(archive, "--split", "1MB", "-o", disk.path + "/" + name)
        expectOneSentence(run, "\(name)")
        #expect(run.stderr.hasPrefix("ocimerge: cannot write \(disk.path)/\(name): No space left"), "\(run.stderr)")
        #expect(try Tree.names(in: disk.path) == [])
    }

    @Test("a full disk keeps an updated or replaced layout", arguments: ["--update", "--force"])
    func existing(_ flag: String) throws {
        let directory = try TemporaryDirectory()
        let archive = try archive(directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 2 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let out = disk.path + "/out"
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let before = try Tree.read(disk.path)
        let run = try ocimerge(archive, flag, "-o", out)
        expectOneSentence(run, "\(flag)")
        #expect(run.stderr.hasSuffix(": No space left on device\n"), "\(run.stderr)")
        #expect(try Tree.read(disk.path) == before)
        #expect(try Tree.names(in: disk.path) == ["out"])
        #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"])
    }
}
