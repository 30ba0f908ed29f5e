import Foundation
import TestSupport
import Testing

/// An archive of about 50 MB: large enough for a signal to arrive while `fix` writes.
private func bigArchive(_ directory: borrowing TemporaryDirectory) throws -> [UInt8] {
    let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
    let layers = try (0..<4).map { number in
        Array("layer \(number)".utf8) + Array(try random.read(upToCount: 12 << 20) ?? Data())
    }
    return SavedImage(["big/image:1"], layers: layers).archive
}

@Suite("fix --in-place survives signals, full disks and concurrent writers", .serialized)
struct FixDurabilityTests {
    @Test("A killed fix leaves the original or the corrected archive, complete", arguments: [SIGINT, SIGTERM, SIGKILL])
    func killedArchive(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let original = try bigArchive(directory)
        let path = try directory.write(original, to: "x.tar")
        let arguments = ["fix", path, "--platform", "linux/s390x", "-q", "--in-place"]
        let start = Date()
        try expectDone(Program.ocimerge(arguments))
        let length = UInt32(Date().timeIntervalSince(start) * 1_000_000)
        let corrected = try Tree.read(directory.path)["x.tar"]
        var ended = 0
        for _ in 0..<8 {
            try directory.write(original, to: "x.tar")
            let child = try Child(Program.ocimerge, arguments, directory: log.path)
            usleep(UInt32.random(in: 0...length))
            child.send(signal)
            let status = child.wait()
            #expect(status == 0 || status == -signal)
            if status != 0 { ended += 1 }
            let found = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(found == original || found == corrected)
            #expect(status != 0 || found == corrected)
            if signal != SIGKILL { #expect(try Tree.names(in: directory.path) == ["x.tar"]) }
        }
        #expect(ended > 0, "no run was ended by the signal: the archive is too small for this machine")
        try directory.write(original, to: "x.tar")
        try expectDone(Program.ocimerge(arguments))
        #expect(try Tree.names(in: directory.path) == ["x.tar"], "the next run removes what a kill has left")
    }

    @Test("A killed fix leaves the old or the new layout", arguments: [SIGTERM, SIGKILL])
    func killedLayout(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let copy = try FixCopy("buildah1/multiarch.oci-dir")
        let both = ["linux/amd64", "linux/riscv64"]
        let rest = ["linux/arm/v7", "linux/arm64", "linux/s390x"]
        for round in 0..<24 {
            let (old, new) = (both[round % 2], both[1 - round % 2])
            let arguments = ["fix", copy.path, "--platform", "\(old)=\(new),\(new)=\(old)", "-q", "-i"]
            let platforms = try Program.ocimerge(["inspect", "--platforms", copy.path]).stdout
            let present = platforms.split(separator: "\n").map(String.init)
            #expect(present == (rest + [old]).sorted() || present == (rest + [new]).sorted())
            let change = present.contains(old) ? "\(old)=\(new)" : "\(new)=\(old)"
            let child = try Child(
                Program.ocimerge, Array(arguments[0...2]) + [change] + Array(arguments[4...]), directory: log.path)
            usleep(UInt32.random(in: 0...30_000))
            child.send(signal)
            _ = child.wait()
            #expect(try Program.ocimerge([copy.path, "-q", "--trust", "--force", "-o", log.path("copy")]).status == 0)
        }
        let names = try Tree.names(in: copy.path).filter { !$0.contains("ocimerge-") }
        #expect(names == ["blobs", "index.json", "oci-layout"])
    }

    /// An unpacked archive of `docker save`: `index.json` and `manifest.json` describe the same image.
    @Test(
        "The next run completes a killed fix of a directory with two lists", arguments: [SIGTERM, SIGKILL])
    func killedHybrid(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let copy = directory.path("copy")
        for round in 0..<16 {
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
            try Program.run("tar", ["-C", copy, "-xf", Program.fixture("docker25-graph/hello-amd64.tar")])
            let arguments = ["fix", copy, "--platform", "linux/riscv64", "--trust", "-q", "-i"]
            let child = try Child(Program.ocimerge, arguments, directory: log.path)
            usleep(UInt32.random(in: 0...20_000))
            child.send(signal)
            _ = child.wait()
            try expectDone(Program.ocimerge(arguments))
            for prefix in ["", "oci:", "docker-archive:"] {
                let run = try Program.ocimerge(["inspect", "--platforms", prefix + copy])
                #expect(run.stdout == "linux/riscv64\n", "\(prefix) round \(round): \(run.stderr)")
            }
            #expect(try Tree.names(in: copy).allSatisfy { !$0.contains("ocimerge-") })
        }
    }

    @Test("Concurrent corrections of one archive run one after the other, and none is lost")
    func concurrentArchiveFixes() throws {
        let log = try TemporaryDirectory()
        for _ in 0..<4 {
            let copy = try FixCopy("docker20/multi.tar")
            let children = try ["linux/amd64=linux/riscv64", "linux/s390x=linux/ppc64le"].map {
                try Child(Program.ocimerge, ["fix", copy.path, "--platform", $0, "-q", "-i"], directory: log.path)
            }
            #expect(children.map { $0.wait() } == [0, 0])
            #expect(
                try Program.ocimerge(["inspect", "--platforms", copy.path]).stdout == "linux/ppc64le\nlinux/riscv64\n")
        }
    }

    @Test("A full disk leaves the original", arguments: [("x.tar", "none"), ("x.tar.zst", "zstd")])
    func fullDisk(_ name: String, _ compression: String) throws {
        let directory = try TemporaryDirectory()
        let mount = directory.path("small")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        let options = "size=\(4 << 20),mode=755"
        guard try Program.run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", mount]).status == 0 else {
            print("SKIPPED: a full disk needs the right to mount a tmpfs")
            return
        }
        defer { _ = try? Program.run("umount", ["-l", mount]) }
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        let layer = Array(try random.read(upToCount: 3 << 20) ?? Data())
        var bytes = SavedImage(["big/image:1"], layers: [layer]).archive
        if compression != "none" { bytes = try Program.run(compression, ["-c"], input: bytes).output }
        let path = try directory.write(bytes, to: "small/" + name)
        let run = try Program.ocimerge(["fix", path, "--platform", "linux/s390x", "-q", "-i"])
        expectFailure(run, "cannot write \(path): No space left on device")
        #expect(try Tree.read(mount) == [name: bytes])
    }

    @Test("Concurrent corrections of one layout run one after the other, and none is lost")
    func concurrentLayoutFixes() throws {
        let copy = try FixCopy("buildah1/multiarch.oci-dir")
        let log = try TemporaryDirectory()
        let changes = ["linux/amd64=linux/riscv64", "linux/arm64=linux/loong64", "linux/s390x=linux/ppc64le"]
        let children = try changes.map {
            try Child(Program.ocimerge, ["fix", copy.path, "--platform", $0, "-q", "-i"], directory: log.path)
        }
        #expect(children.map { $0.wait() } == [0, 0, 0])
        #expect(
            try Program.ocimerge(["inspect", "--platforms", copy.path]).stdout
                == "linux/arm/v7\nlinux/loong64\nlinux/ppc64le\nlinux/riscv64\n")
        #expect(try Tree.names(in: copy.path) == ["blobs", "index.json", "oci-layout"])
    }
}
