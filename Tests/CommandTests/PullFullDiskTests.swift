import Foundation
import TestSupport
import Testing

/// A pull onto a disk that is full keeps what has arrived, and goes on when there is space.
@Suite(.serialized, .needsRegistries)
struct PullFullDiskTests {
    /// An image with layers of 1 MB of noise.
    private func pushed(to registry: LoneRegistry, _ directory: borrowing TemporaryDirectory) throws -> String {
        let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
        var image = MadeImage()
        image.layers = try (0..<6).map { [.file("noise\($0)", Array(try random.read(upToCount: 1 << 20) ?? Data()))] }
        let archive = try directory.write(image.archive(), to: "big.tar")
        let name = "docker://\(registry.host)/big:1"
        expectDone(try ocimerge(archive, "--trust", "-q", "-o", name))
        return name
    }

    @Test("a full disk is one error, the downloads are kept, and the next run goes on", arguments: ["out", "out.tar"])
    func goesOn(_ name: String) throws {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let image = try pushed(to: registry, directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 4 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let out = "\(disk.path)/\(name)"
        let run = try ocimerge(image, "--trust", "-o", out)
        #expect(run.status == 1)
        let lines = run.stderr.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first == "ocimerge: cannot write \(out): No space left on device", "\(run.stderr)")
        #expect(lines.last?.hasPrefix("ocimerge: kept ") == true, "\(run.stderr)")
        #expect(try Tree.names(in: disk.path) == [".\(name).ocimerge-partial"])
        try Program.run("mount", ["-o", "remount,size=64M", disk.path])
        expectDone(try ocimerge(image, "--trust", "-q", "-o", out))
        #expect(try ocimerge("verify", "-q", out).status == 0)
        #expect(try Tree.names(in: disk.path) == [name])
    }

    @Test("an archive without space beside its downloads is an error that says so, and a layout has the space")
    func twice() throws {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let image = try pushed(to: registry, directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 9 << 20) else {
            return try SmallDisk.notPermitted()
        }
        let run = try ocimerge(image, "--trust", "-o", "\(disk.path)/out.tar")
        #expect(run.status == 1)
        let kept = run.stderr.split(separator: "\n").last ?? ""
        #expect(kept.hasPrefix("ocimerge: kept 6.3"), "\(run.stderr)")
        #expect(
            kept.hasSuffix("; an archive needs the space twice, for its downloads and for itself, and a layout once"),
            "\(run.stderr)")
        try FileManager.default.removeItem(atPath: "\(disk.path)/.out.tar.ocimerge-partial")
        expectDone(try ocimerge(image, "--trust", "-q", "-o", "\(disk.path)/out"))
    }

    @Test("a layout on a file system of its own keeps the downloads inside")
    func mountPoint() throws {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let image = try pushed(to: registry, directory)
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 4 << 20) else {
            return try SmallDisk.notPermitted()
        }
        #expect(try ocimerge(image, "--trust", "-o", disk.path).status == 1)
        #expect(try Tree.names(in: disk.path) == [".inside.ocimerge-partial"])
        try Program.run("mount", ["-o", "remount,size=16M", disk.path])
        expectDone(try ocimerge(image, "--trust", "-q", "-o", disk.path))
        #expect(try ocimerge("verify", "-q", disk.path).status == 0)
        #expect(try Tree.names(in: disk.path) == ["blobs", "index.json", "oci-layout"])
        #expect(try Tree.names(in: directory.path) == ["big.tar", "small"])
    }
}
