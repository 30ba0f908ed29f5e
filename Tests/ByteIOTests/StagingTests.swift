import TestSupport
import Testing

@testable import ByteIO

/// Files are created in hidden staging directories, which are published or removed.
struct StagingTests {
    @Test func aStagedFileNeverOverwrites() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("f")
        try StagedFile.write([1, 2, 3], to: path, sync: true)
        #expect { try StagedFile.write([4], to: path, sync: false) } throws: {
            ($0 as? IOFailure)?.isAlreadyThere == true
        }
        try Program.run("ln", ["-s", directory.path("target"), directory.path("link")])
        #expect { try StagedFile.write([4], to: directory.path("link"), sync: false) } throws: {
            ($0 as? IOFailure)?.isAlreadyThere == true
        }
        #expect(
            try Tree.read(directory.path) == ["f": [1, 2, 3], "link": Array("-> \(directory.path("target"))".utf8)])
        #expect { try StagedFile.write([4], to: directory.path("none/f"), sync: false) } throws: {
            ($0 as? IOFailure)?.isAbsence == true
        }
    }

    @Test func aStagingDirectoryIsRemoved() throws {
        let directory = try TemporaryDirectory()
        let staging = try StagingDirectory(in: directory.path, for: "out", destination: "out")
        let name = try #require(try Tree.names(in: directory.path).first)
        #expect(name.hasPrefix(".out.ocimerge-"))
        #expect(staging.path == directory.path(name))
        try StagedFile.write([1], to: staging.path + "/f", sync: false)
        staging.discard()
        staging.discard()
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test func directoriesOfKilledRunsAreRemovedAndThoseOfRunningOnesAreNot() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: ".out.ocimerge-dead/deep/f")
        try directory.write([1], to: ".other.ocimerge-dead/f")
        try directory.write([1], to: ".out.ocimerge-file")
        try directory.write([1], to: "outside/f")
        try Program.run("ln", ["-s", directory.path("outside"), directory.path(".out.ocimerge-link")])
        try Program.run("ln", ["-s", directory.path("outside"), directory.path(".out.ocimerge-dead/link")])
        let live = try StagingDirectory(in: directory.path, for: "out", destination: "out")
        let second = try StagingDirectory(in: directory.path, for: "out", destination: "out")
        let names = try Tree.names(in: directory.path)
        #expect(!names.contains(".out.ocimerge-dead"))
        #expect(FileSystem.exists(live.path))
        #expect(FileSystem.exists(second.path))
        #expect(names.contains(".other.ocimerge-dead"))
        #expect(names.contains(".out.ocimerge-file"))
        #expect(try Tree.names(in: directory.path("outside")) == ["f"])
        live.discard()
        second.discard()
    }

    @Test func publishingRunsItsStepAndPassesItsError() throws {
        let directory = try TemporaryDirectory()
        let staging = try StagingDirectory(in: directory.path, for: "out", destination: "out")
        defer { staging.discard() }
        try staging.publish { () throws(IOFailure) in try FileSystem.makeDirectory(directory.path("done")) }
        #expect(FileSystem.kind(of: directory.path("done")) == .directory)
        let failure = IOFailure(.rename, "x", .system(1))
        #expect(throws: failure) { try staging.publish { () throws(IOFailure) in throw failure } }
    }

    @Test func anAbsentDirectoryIsAnError() throws {
        let directory = try TemporaryDirectory()
        #expect { try StagingDirectory(in: directory.path("none"), for: "out", destination: "out") } throws: {
            ($0 as? IOFailure)?.isAbsence == true
        }
    }

    @Test func anErrorNamesTheDestination() throws {
        let directory = try TemporaryDirectory()
        for (destination, operation) in [(directory.path, IOFailure.Operation.write), ("typed", .create)] {
            #expect {
                try StagingDirectory(in: directory.path("none"), for: "inside", destination: destination)
            } throws: { error in
                let failure = error as? IOFailure
                return failure?.path == destination && failure?.operation == operation
            }
        }
    }

    @Test func theSpoolChoosesItsFileNames() throws {
        let directory = try TemporaryDirectory()
        let spool = try SpoolDirectory(directory.path("spool"))
        let content = SampleBytes.text(1000)
        let file = try spool.add(from: "s") { (write) throws(IOFailure) in
            try write(content[..<10])
            try write(content[10...])
        }
        let other = try spool.add(from: "s") { (write) throws(IOFailure) in try write([9]) }
        #expect(try file.all() == content)
        #expect(file.sha256 == ContentHasher.hash(content))
        #expect(file.size == 1000)
        #expect(other.file != file.file)
        let failure = IOFailure(.read, "x", .truncated)
        #expect(throws: failure) { try spool.add(from: "s") { (_) throws(IOFailure) in throw failure } }
    }
}
