import ByteIO
import Foundation
import ImageModel
import TestSupport
import Testing

@testable import Registry

@Suite struct UploadLedgerTests {
    static let content = SampleBytes.text(1 << 20)
    static let digest = Digest(of: content)

    @Test("another process resumes an upload that was killed")
    func resumes() throws {
        let directory = try TemporaryDirectory()
        let registry = UploadRegistry()
        try Self.dies(at: registry, directory, after: 700_000)
        #expect(try Self.entries(directory).count == 1)
        try Self.upload(to: registry, directory)
        #expect(registry.log == ["POST mount", "PUT 1048576", "GET", "PUT 700000-1048575"])
        #expect(registry.blob(Self.digest) == Self.content)
        #expect(try Self.entries(directory).isEmpty)
    }

    @Test("only the owner can read an entry")
    func isPrivate() throws {
        let directory = try TemporaryDirectory()
        try Self.dies(at: UploadRegistry(), directory, after: 9)
        let path = try #require(try Self.entries(directory).first)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let folder = try FileManager.default.attributesOfItem(atPath: directory.path("uploads"))
        #expect(folder[.posixPermissions] as? Int == 0o700)
    }

    @Test("locations of other origins may hold secrets and are not stored")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let registry = UploadRegistry()
        let there = "https://store.example/x?signature=secret"
        registry.expect("POST", .header("Location", there))
        try Self.dies(at: registry, directory, after: 9)
        let path = try #require(try Self.entries(directory).first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
        // An earlier location is removed too.
        let entry = try #require(try Self.entry(directory))
        for (location, isKept) in [(Self.origin + "uploads/1", true), (there, false)] {
            entry.keep(try #require(WebAddress(parsing: location)))
            #expect(entry.location?.text == (isKept ? location : nil))
        }
    }

    @Test("two processes with one blob do not disturb each other")
    func concurrentUploads() throws {
        let directory = try TemporaryDirectory()
        let registry = UploadRegistry()
        try Self.dies(at: registry, directory, after: 700_000)
        let held = try #require(try Self.entry(directory))
        try Self.upload(to: registry, directory)
        withExtendedLifetime(held) {}
        #expect(registry.log == ["POST mount", "PUT 1048576", "POST mount", "PUT 1048576"])
        #expect(try Self.entries(directory).count == 1, "the entry of the other process")
    }

    @Test(
        "unusable entries are ignored",
        arguments: [
            "", "{", "[]", #"{"version":2,"location":"http://registry.example/v2/app/blobs/uploads/1?state=a"}"#,
            #"{"version":1,"location":"http://elsewhere.example/v2/app/blobs/uploads/1"}"#,
            #"{"version":1,"location":"https://registry.example/v2/app/blobs/uploads/1"}"#,
            #"{"version":1,"location":7}"#, #"{"version":1,"location":"http://registry.example/gone"}"#,
            String(repeating: "x", count: 100_000),
        ])
    func damaged(_ text: String) throws {
        let directory = try TemporaryDirectory()
        try Self.dies(at: UploadRegistry(), directory, after: 9)
        let path = try #require(try Self.entries(directory).first)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
        let registry = UploadRegistry()
        try Self.upload(to: registry, directory)
        #expect(registry.log.suffix(2) == ["POST mount", "PUT 1048576"])
        #expect(registry.log.count == (text.contains("gone") ? 3 : 2))
        #expect(try Self.entries(directory).isEmpty)
    }

    @Test("an unusable directory or file is ignored")
    func unwritable() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(fileURLWithPath: directory.path("uploads")))
        try Self.upload(to: UploadRegistry(), directory)
        // A file that other users can write is ignored.
        let other = try TemporaryDirectory()
        try Self.dies(at: UploadRegistry(), other, after: 9)
        let path = try #require(try Self.entries(other).first)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let registry = UploadRegistry()
        try Self.upload(to: registry, other)
        #expect(registry.log == ["POST mount", "PUT 1048576"])
    }

    @Test("entries older than a week are removed, and other files stay")
    func old() throws {
        let directory = try TemporaryDirectory()
        try Self.dies(at: UploadRegistry(), directory, after: 9)
        let path = try #require(try Self.entries(directory).first)
        try Data().write(to: URL(fileURLWithPath: directory.path("uploads/notes")))
        let old = Date(timeIntervalSinceNow: -8 * 24 * 3600)
        for file in [path, directory.path("uploads/notes")] {
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
        }
        _ = UploadLedger(directory: directory.path("uploads"))
        #expect(try Self.entries(directory).map { URL(fileURLWithPath: $0).lastPathComponent } == ["notes"])
    }

    @Test("an upload whose session is refused leaves no entry")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let registry = UploadRegistry()
        // With a mount, and without.
        for _ in 0..<2 { registry.expect("POST", .status(403)) }
        #expect(throws: RegistryError.self) { try Self.upload(to: registry, directory) }
        #expect(try Self.entries(directory).isEmpty)
    }

    @Test("small blobs have no entry")
    func small() throws {
        let directory = try TemporaryDirectory()
        #expect(try Self.entry(directory, size: (1 << 20) - 1) == nil)
        #expect(!FileManager.default.fileExists(atPath: directory.path("uploads")))
    }

    // MARK: -

    static let origin = "http://registry.example/v2/"

    static func entry(_ directory: borrowing TemporaryDirectory, size: Int64 = 1 << 20) throws -> UploadEntry? {
        let name = try #require(RepositoryName(parsing: "registry.example/app"))
        let origin = try #require(WebAddress(parsing: origin))
        return UploadLedger(directory: directory.path("uploads")).entry(digest, size: size, in: name, at: origin)
    }

    static func upload(
        to registry: UploadRegistry, _ directory: borrowing TemporaryDirectory, time: ScriptedTime = .init()
    ) throws {
        let client = try BlobUploadTests.client(registry, time)
        let ledger = UploadLedger(directory: directory.path("uploads"))
        _ = try BlobUpload(
            digest, size: 1 << 20, source: ScriptedSource(content), to: client, UploadOptions(ledger: ledger),
            progress: { _ in }
        ).run()
    }

    /// An upload whose connection breaks and whose retry is ended by a signal.
    static func dies(at registry: UploadRegistry, _ directory: borrowing TemporaryDirectory, after count: Int) throws {
        registry.expect("PUT", .broken(after: count))
        #expect(throws: RegistryError.self) {
            try upload(to: registry, directory, time: ScriptedTime(interruptsAfter: 1))
        }
    }

    static func entries(_ directory: borrowing TemporaryDirectory) throws -> [String] {
        let folder = directory.path("uploads")
        return try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
    }
}
