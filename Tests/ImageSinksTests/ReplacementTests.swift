import ByteIO
import TestSupport
import Testing

@testable import ImageSinks

/// Replacing a directory on file systems with and without an atomic exchange.
struct ReplacementTests {
    static let destinations = ["layout", "dir"]

    /// A sink for a layout or a `dir:` directory.
    static func sink(
        _ kind: String, _ path: String, _ existing: ExistingContent, canExchange: Bool? = nil
    ) throws -> any ImageSink {
        try causing {
            if kind == "layout" {
                try LayoutSink(
                    LayoutDestination(path: path, existing: existing), syncs: false, canExchange: canExchange)
            } else {
                try SkopeoDirectorySink(
                    SkopeoDirectoryDestination(path: path, existing: existing), syncs: false, canExchange: canExchange)
            }
        }
    }

    static func write(
        _ kind: String, _ image: SampleImage, to path: String, _ existing: ExistingContent, canExchange: Bool? = nil
    ) throws {
        let sink = try sink(kind, path, existing, canExchange: canExchange)
        defer { sink.discard() }
        let plan = kind == "layout" ? LayoutSinkTests.plan([image]) : SkopeoDirectorySinkTests.plan([image])
        try sink.run(plan, jobs: 1)
    }

    @Test("the new directory replaces the old one", arguments: destinations, [true, false, nil])
    func replaces(_ kind: String, _ canExchange: Bool?) throws {
        let directory = try TemporaryDirectory()
        let (old, new) = (LayoutSinkTests.image, LayoutSinkTests.other)
        try Self.write(kind, new, to: directory.path("expected"), .refuse)
        try Self.write(kind, old, to: directory.path("image"), .refuse)
        try Self.write(kind, new, to: directory.path("image"), .replace, canExchange: canExchange)
        #expect(try Tree.read(directory.path("image")) == Tree.read(directory.path("expected")))
        #expect(try Tree.names(in: directory.path) == ["expected", "image"])
    }

    @Test("a failure moves the old directory back")
    func failure() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "image/old")
        try FileSystem.makeDirectory(directory.path("staging"))
        var isStranded = false
        #expect(throws: IOFailure.self) {
            try StagedTree.replace(
                directory.path("image"), by: directory.path("none"), in: directory.path("staging"), &isStranded)
        }
        #expect(!isStranded)
        #expect(try Tree.read(directory.path) == ["image/old": [1]])
    }

    @Test("after a kill between the two steps the next run finds the old directory", arguments: destinations)
    func killed(_ kind: String) throws {
        for existing in [ExistingContent.refuse, .replace] {
            let directory = try TemporaryDirectory()
            let path = directory.path("image")
            try Self.write(kind, LayoutSinkTests.image, to: path, .refuse)
            let before = try Tree.read(path)
            try FileSystem.makeDirectories(directory.path(".image.ocimerge-1/tree"))
            try FileSystem.move(path, to: directory.path(".image.ocimerge-1/aside"))
            if existing == .refuse {
                #expect(throws: DestinationError.self) { try Self.sink(kind, path, existing) }
                #expect(try Tree.read(path) == before)
            } else {
                try Self.write(kind, LayoutSinkTests.other, to: path, existing)
                #expect(try Tree.read(path) != before)
            }
            #expect(try Tree.names(in: directory.path) == ["image"])
        }
    }

    @Test("after a kill behind the second step the old directory is removed", arguments: destinations)
    func published(_ kind: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: ".image.ocimerge-1/aside/old")
        try Self.write(kind, LayoutSinkTests.image, to: directory.path("image"), .refuse)
        #expect(try Tree.names(in: directory.path) == ["image"])
    }

    @Test("an old directory whose path is occupied is named", arguments: destinations)
    func occupied(_ kind: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("image")
        try directory.write([1], to: ".image.ocimerge-1/aside/old")
        try FileSystem.makeDirectory(directory.path(".image.ocimerge-1/tree"))
        let destination = try LayoutDestination(path: path, existing: .refuse)
        try FileSystem.makeDirectory(path)
        #expect(throws: Never.self) { try Self.sink(kind, path, .refuse).discard() }
        #expect {
            _ = try causing { try StagedTree.restore(destination.path) }
        } throws: { error in
            if case DestinationError.leftoverWaits(path, directory.path(".image.ocimerge-1")) = error {
                true
            } else {
                false
            }
        }
        #expect(try Tree.read(directory.path) == [".image.ocimerge-1/aside/old": [1]])
    }
}
