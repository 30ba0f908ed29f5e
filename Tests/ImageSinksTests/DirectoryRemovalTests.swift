import ByteIO
import TestSupport
import Testing

@testable import ImageSinks

/// Files of a directory are removed only if its list has not changed.
struct DirectoryRemovalTests {
    @Test func unlistedFilesAreRemoved() throws {
        let directory = try TemporaryDirectory()
        for name in ["list", "blobs/a", "blobs/b", "c"] { try directory.write([1], to: name) }
        let sink = try DirectoryRevisionSink(directory.path)
        try sink.remove(["blobs/a", "c", "gone"], beside: "list", [1])
        #expect(try Tree.read(directory.path).keys.sorted() == ["blobs/b", "list"])
    }

    @Test func aChangedListStopsTheRemoval() throws {
        let directory = try TemporaryDirectory()
        for name in ["list", "a"] { try directory.write([1], to: name) }
        let sink = try DirectoryRevisionSink(directory.path)
        for found in [[], [1], [2, 2]] as [[UInt8]] {
            #expect {
                try causing { try sink.remove(["a"], beside: "list", found == [1] ? [2] : found) }
            } throws: { error in
                if case DestinationError.changed = error { true } else { false }
            }
        }
        #expect(try Tree.read(directory.path).keys.sorted() == ["a", "list"])
    }

    @Test func leftoversOfEndedRunsAreFound() throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("l")
        try directory.write([1], to: "l/.inside.ocimerge-dead/x")
        try directory.write([1], to: ".l.ocimerge-dead/x")
        try directory.write([1], to: ".k.ocimerge-dead/x")
        let alive = try StagingDirectory(in: directory.path, for: "k", destination: "out")
        defer { alive.discard() }
        let staging = try StagingDirectory(in: directory.path, for: "other", destination: "out")
        defer { staging.discard() }
        #expect(
            DirectoryRevisionSink.leftovers(of: layout) == [
                layout + "/.inside.ocimerge-dead", directory.path(".l.ocimerge-dead"),
            ])
        #expect(DirectoryRevisionSink.leftovers(of: directory.path("other")) == [])
        _ = try DirectoryRevisionSink(layout)
        #expect(DirectoryRevisionSink.leftovers(of: layout) == [])
    }
}
