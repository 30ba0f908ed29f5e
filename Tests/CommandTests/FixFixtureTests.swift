import Foundation
import TestSupport
import Testing

/// A copy of a fixture that a test may change.
final class FixCopy {
    let directory: TemporaryDirectory
    let path: String

    init(_ name: String) throws {
        directory = try TemporaryDirectory()
        path = directory.path((name as NSString).lastPathComponent)
        try FileManager.default.copyItem(atPath: Program.fixture(name), toPath: path)
        // Some fixtures are read-only; the copy must be writable.
        try Program.run("chmod", ["-R", "u+w", path])
    }
}

/// Expects success. Warnings that the executables contradict the platform are allowed.
func expectFixed(_ run: Run, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(run.status == 0, "\(run.stderr)", sourceLocation: sourceLocation)
    let lines = run.stderr.split(separator: "\n")
    #expect(
        lines.allSatisfy { $0.hasPrefix("ocimerge: warning: ") && $0.hasSuffix(" is set as requested") },
        "\(run.stderr)", sourceLocation: sourceLocation)
}

@Suite("fix corrects every fixture in place")
struct FixFixtureTests {
    /// Sets the only platform, or the first of several, to riscv64.
    private static func arguments(_ fixture: Fixture) -> (platform: String, wanted: String) {
        let platforms = fixture.fact.images.map(\.platform)
        let wanted = "linux/riscv64"
        return platforms.count == 1 ? (wanted, wanted) : ("\(platforms[0])=\(wanted)", wanted)
    }

    private static func content(_ path: String, _ compression: String?) throws -> [UInt8] {
        if let compression, compression != "none" { return try Program.run(compression, ["-dc", path]).output }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static let archives = Fixture.readable.filter { !$0.name.hasSuffix("-dir") }
    private static let directories = Fixture.readable.filter { $0.name.hasSuffix("-dir") }

    /// Names and contents of documents may change. Owner, time and type of each header stay, and so do all layers.
    @Test("In an archive only documents change", arguments: archives)
    func archive(_ fixture: Fixture) throws {
        let copy = try FixCopy(fixture.name)
        let (platform, wanted) = Self.arguments(fixture)
        let before = TarDissection(try Self.content(copy.path, fixture.fact.compression))
        let run = try Program.ocimerge(["fix", copy.path, "--platform", platform, "--in-place", "-q"])
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try Tree.names(in: copy.directory.path).count == 1)
        let after = TarDissection(try Self.content(copy.path, fixture.fact.compression))
        #expect(after.tail == before.tail)
        #expect(after.members.count == before.members.count)
        var changed: Set<String> = []
        for (old, new) in zip(before.members, after.members) where old.bytes != new.bytes {
            changed.insert(new.name)
            #expect(old.unchangedFields == new.unchangedFields, "\(old.name)")
            let isJSON = [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(old.content.first ?? 0)
            #expect(isJSON, "\(old.name) is no document")
            #expect(new.padding.allSatisfy { $0 == 0 })
            if old.name == new.name { #expect(old.content != new.content, "\(old.name)") }
        }
        #expect(!changed.isEmpty)
        try readsBack(copy.path, fixture, wanted)
    }

    @Test("In a directory only documents change", arguments: directories)
    func directory(_ fixture: Fixture) throws {
        let copy = try FixCopy(fixture.name)
        let (platform, wanted) = Self.arguments(fixture)
        let before = try Tree.read(copy.path)
        let run = try Program.ocimerge(["fix", copy.path, "--platform", platform, "--in-place", "-q"])
        #expect(run.status == 0, "\(run.stderr)")
        let after = try Tree.read(copy.path)
        #expect(after.count == before.count)
        for (name, bytes) in before where after[name] != bytes {
            #expect(bytes.first == UInt8(ascii: "{"), "\(name) is no document")
        }
        for (name, bytes) in after where before[name] == nil {
            let file = (name as NSString).lastPathComponent.prefix { $0 != "." }
            #expect(SavedImage.digest(bytes) == "sha256:\(file)")
        }
        try readsBack(copy.path, fixture, wanted)
    }

    /// Checks that the other images and all layers are unchanged.
    private func readsBack(_ path: String, _ fixture: Fixture, _ wanted: String) throws {
        let platforms = try Program.ocimerge(["inspect", "--platforms", path]).stdout.split(separator: "\n")
        let first = fixture.fact.images[0].platform
        #expect(
            platforms.map(String.init)
                == Set(fixture.fact.images.map { $0.platform == first ? wanted : $0.platform }).sorted())
        let scratch = try TemporaryDirectory()
        let run = try Program.ocimerge([path, "-q", "--trust", "-o", scratch.path("out")])
        #expect(run.status == 0, "\(run.stderr)")
        // A second correction finds nothing to change.
        let again = try Program.ocimerge(["fix", path, "--platform", "\(wanted)=\(wanted)", "-i"])
        #expect(again.stdout == "\(path): nothing to change\n")
    }
}
