import Foundation
import TestSupport
import Testing

/// Two incompressible images of some megabytes, made once.
private let archives: [[UInt8]] = (0..<2).compactMap { number in
    guard let random = FileHandle(forReadingAtPath: "/dev/urandom") else { return nil }
    let layers = (0..<3).compactMap { _ in try? random.read(upToCount: 1_000_000 + number * 700_000) }
        .map { TarBuilder.archive([("file", Array($0))]) }
    return SavedImage(["demo/split:\(number)"], layers: layers).archive
}

@Suite("--split --force replaces existing volumes", .serialized)
struct SplitForceTests {
    private func sources(_ directory: borrowing TemporaryDirectory) throws -> [String] {
        try archives.enumerated().map { try directory.write($1, to: "in-\($0)") }
    }

    /// The volumes, without leftovers of a killed run.
    private func out(_ directory: borrowing TemporaryDirectory) throws -> [String: [UInt8]] {
        try Tree.read(directory.path).filter { $0.key.hasPrefix("out/out") }
    }

    @Test("a file that only has the name of a volume stays")
    func otherFiles() throws {
        let directory = try TemporaryDirectory()
        let sources = try sources(directory)
        for name in ["out.tar.2024", "out.tar.1000", "out.tar.+02", "out.tar.02"] { try directory.write([1], to: name) }
        let arguments = ["-q", "--split", "1MB", "-o", directory.path("out.tar")]
        try expectDone(Program.ocimerge([sources[1]] + arguments))
        try directory.write([1], to: "out.tar.099")
        try expectDone(Program.ocimerge([sources[0], "--force"] + arguments))
        for name in ["out.tar.2024", "out.tar.1000", "out.tar.+02", "out.tar.02", "out.tar.099"] {
            #expect(FileManager.default.contents(atPath: directory.path(name)) == Data([1]), "\(name)")
        }
    }

    @Test("an obstacle that is no volume is never replaced", arguments: ["out.tar.sha256", "out.tar.003"])
    func obstacles(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let sources = try sources(directory)
        try directory.write(Array("mine\n".utf8), to: name)
        let before = try Tree.read(directory.path)
        for force in [[], ["--force"]] {
            expectFailure(
                try Program.ocimerge([sources[1], "--split", "1MB", "-o", directory.path("out.tar")] + force),
                "\(directory.path(name)) exists and is not part of a set of volumes, so --force does not replace it; "
                    + "remove it yourself or choose another name")
            #expect(try Tree.read(directory.path) == before)
        }
    }

    @Test("new volumes get the permissions of the old ones")
    func permissions() throws {
        let directory = try TemporaryDirectory()
        let sources = try sources(directory)
        let arguments = ["-q", "--force", "--split", "1MB", "-o", directory.path("out.tar")]
        try expectDone(Program.ocimerge([sources[0]] + arguments))
        try Program.run("chmod", ["600", directory.path("out.tar.001")])
        try expectDone(Program.ocimerge([sources[1]] + arguments))
        let modes = try Program.run("sh", ["-c", "stat -c %a out.tar.* | sort -u"], directory: directory.path)
        #expect(modes.stdout == "600\n")
    }

    @Test("after two concurrent runs one complete set of volumes remains")
    func concurrentRuns() throws {
        for round in 0..<8 {
            let directory = try TemporaryDirectory()
            let log = try TemporaryDirectory()
            let sources = try sources(directory)
            let force = round % 2 == 0 ? ["--force"] : []
            let split = ["-q", "--split", "1MB", "-o", directory.path("out.tar")]
            let children = try sources.map {
                try Child(Program.ocimerge, [$0] + split + force, directory: log.path)
            }
            #expect(children.map { $0.wait() }.sorted() == (force.isEmpty ? [0, 1] : [0, 0]))
            let check = try Program.run("sha256sum", ["--quiet", "-c", "out.tar.sha256"], directory: directory.path)
            #expect(check.status == 0)
            try expectDone(ocimerge("verify", "-q", directory.path("out.tar.001")))
            let list = try String(contentsOfFile: directory.path("out.tar.sha256"), encoding: .utf8)
            let names = try Tree.names(in: directory.path).filter { $0.hasPrefix("out.tar.0") }
            #expect(names.count == list.split(separator: "\n").count)
        }
    }

    @Test(
        "after a kill at any moment the next run finds the old or the new volumes, complete",
        arguments: [SIGTERM, SIGKILL])
    func killed(_ signal: Int32) throws {
        let directory = try TemporaryDirectory()
        let log = try TemporaryDirectory()
        let sources = try sources(directory)
        let split = ["-q", "--split", "1MB", "-o", directory.path("out/out.tar")]
        try directory.write([], to: "out/beside")
        try expectDone(Program.ocimerge([sources[0]] + split))
        var sets = [try out(directory)]
        let start = Date()
        try expectDone(Program.ocimerge([sources[1], "--force"] + split))
        let length = UInt32(Date().timeIntervalSince(start) * 1_000_000)
        sets.append(try out(directory))
        for round in 0..<24 {
            let child = try Child(
                Program.ocimerge, [sources[round % 2], "--force"] + split, directory: log.path)
            usleep(UInt32.random(in: length / 2...length))
            child.send(signal)
            let status = child.wait()
            #expect(status == 0 || status == -signal)
            if signal == SIGTERM { #expect(try sets.contains(out(directory))) }
            // The run is refused, after it has removed the leftovers of the killed run.
            #expect(try Program.ocimerge([sources[0]] + split).status == 1)
            #expect(try sets.contains(out(directory)))
        }
        try expectDone(Program.ocimerge([sources[1], "--force"] + split))
        #expect(try out(directory) == sets[1])
        #expect(try Tree.names(in: directory.path("out")).count == sets[1].count + 1, "nothing is left beside them")
    }
}
