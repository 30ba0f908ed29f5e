import Foundation
import TestSupport
import Testing

@Suite("gc beside concurrent runs and signals", .serialized)
struct GarbageRaceTests {
    @Test("gc beside updates, tags and removals keeps everything that a name reaches", arguments: 0..<4)
    func concurrentRuns(_ round: Int) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "first", "-q", "-o", out))
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "--update", "-o", out))
        // Some content is garbage at one moment and needed at the next.
        let commands = [
            ["gc", out], [Program.fixture("jib/hello-arm64.tar"), "-t", "a", "--update", "-q", "-o", out],
            ["rm", out + ":demo/app-a:1.0"], ["gc", out],
            [
                Program.fixture("docker20/two-apps-amd64.tar") + ":demo/app-a:1.0", "-t", "b", "--update", "-q", "-o",
                out,
            ],
            ["tag", out + ":first", "c"], ["gc", out], ["rm", "--gc", out + ":demo/app-b:1.0"],
            [Program.fixture("buildah1/multiarch.oci-dir"), "-t", "d", "--update", "-q", "-o", out], ["gc", out],
        ]
        let children = try commands.map { try Child(Program.ocimerge, $0, directory: log.path) }
        for child in children {
            #expect(child.wait() == 0, "\(child.stderr)")
            #expect(child.stderr == "")
        }
        let layout = try WrittenLayout(out, strict: false)
        #expect(layout.problems == [])
        #expect(layout.absent == [])
        let names = ["first:latest", "a:latest", "b:latest", "first:c", "d:latest"].map { "docker.io/library/\($0)" }
        #expect(Set(layout.entries.compactMap(\.name)) == Set(names))
        try expectDone(Program.ocimerge(["verify", "-q", out]))
        try expectDone(Program.ocimerge(["gc", "-q", out]))
        try soundLayout(out)
    }

    @Test(
        "A killed gc or rm leaves a complete layout, and the next run finishes the work",
        arguments: [["gc"], ["rm", "--gc"]], [SIGTERM, SIGKILL])
    func killed(_ command: [String], _ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        let whole = try Tree.read(out)
        let target = command[0] == "rm" ? out + ":demo/app-b:1.0" : out
        func fill() throws {
            try directory.write(whole["index.json"] ?? [], to: "out/index.json")
            for (name, bytes) in whole where !FileManager.default.fileExists(atPath: "\(out)/\(name)") {
                try directory.write(bytes, to: "out/\(name)")
            }
            for number in 0..<120 {
                let hex = String(repeating: "0", count: 60) + String(1000 + number)
                try directory.write([1], to: "out/blobs/sha256/\(hex)")
            }
        }
        try fill()
        let start = Date()
        try expectDone(Program.ocimerge(command + ["-q", target]))
        let length = UInt32(Date().timeIntervalSince(start) * 1_000_000)
        var ended = 0
        for _ in 0..<8 {
            try fill()
            let child = try Child(Program.ocimerge, command + ["-q", target], directory: log.path)
            usleep(UInt32.random(in: 0...length))
            child.send(signal)
            let status = child.wait()
            #expect(status == 0 || status == -signal)
            if status == 0 { continue }
            ended += 1
            let layout = try WrittenLayout(out, strict: false)
            #expect(layout.absent == [])
            let names = layout.entries.compactMap(\.name)
            #expect(names.first == "docker.io/demo/app-a:1.0")
            #expect(names.count == 2 || command[0] == "rm")
            // The name is removed before the first blob.
            if names.count == 2 { #expect(layout.images.count == 2) }
            if signal != SIGKILL { #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"]) }
        }
        #expect(ended > 0, "no run was ended by the signal: there is too little to remove for this machine")
        try expectDone(Program.ocimerge(["gc", "-q", out]))
        try soundLayout(out)
    }

    @Test("gc waits for an update whose blobs have no name yet")
    func waits() throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "first", "-q", "-o", out))
        let update = try Child(Program.ocimerge, ["-", "-t", "b", "--update", "-q", "-o", out], directory: log.path)
        while try Tree.names(in: out).allSatisfy({ !$0.contains("ocimerge-") }) { usleep(1000) }
        let staging = try Tree.names(in: out)
        let collect = try Child(Program.ocimerge, ["gc", out], directory: log.path)
        let look = try Child(Program.ocimerge, ["gc", "--dry-run", out], directory: log.path)
        usleep(200_000)
        #expect(try Tree.names(in: out) == staging)
        update.send(SIGTERM)
        #expect(update.wait() == -SIGTERM)
        #expect(collect.wait() == 0)
        #expect(look.wait() == 0)
        try soundLayout(out)
    }
}
