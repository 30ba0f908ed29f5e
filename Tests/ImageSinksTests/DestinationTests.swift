import ByteIO
import TestSupport
import Testing

@testable import ImageSinks

/// What a user may name as a destination, and what becomes of what stands there.
struct DestinationTests {
    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "layout/oci-layout")
        try directory.write([], to: "layout/index.json")
        try directory.write([], to: "half/index.json")
        try directory.write([], to: "file")
        try directory.write([], to: "leftover/.inside.ocimerge-dead/x")
        try FileSystem.makeDirectory(directory.path("empty"))
        try Program.run("mkfifo", [directory.path("fifo")])
        for (link, target) in [("dangling", "none"), ("toLayout", "layout")] {
            try Program.run("ln", ["-s", target, directory.path(link)])
        }
        return directory
    }

    /// `$` stands for the directory.
    @Test(
        arguments: [
            ("a new name", "$/new", .refuse, "create"), ("oci: in front", "oci:$/new", .refuse, "create"),
            ("slashes behind", "$/new//", .refuse, "create"), ("an empty directory", "$/empty", .refuse, "fill"),
            ("nothing but a leftover", "$/leftover", .refuse, "fill"),
            ("a layout is not touched unasked", "$/layout", .refuse, "exists $/layout"),
            ("a layout to add to", "$/layout", .update, "update"),
            ("a layout to replace", "$/layout", .replace, "replace"),
            ("a link to a layout", "$/toLayout", .update, "update"),
            ("a new name to add to", "$/new", .update, "fill"),
            ("a new name to replace", "$/new", .replace, "create"),
            ("half a layout is never touched", "$/half", .update, "not a layout $/half"),
            ("nor replaced", "$/half", .replace, "not a layout $/half"),
            ("nor taken for nothing", "$/half", .refuse, "exists $/half"),
            ("a file", "$/file", .replace, "not a directory $/file"),
            ("a FIFO", "$/fifo", .replace, "not a directory $/fifo"),
            ("a dangling link", "$/dangling", .refuse, "not a directory $/dangling"),
            ("no parent", "$/none/new", .refuse, "no parent $/none"),
            ("a file for a parent", "$/file/new", .refuse, "no parent $/file"),
            ("nothing", "", .refuse, "empty"), ("nothing behind oci:", "oci:", .refuse, "empty"),
            ("standard output", "-", .refuse, "portable stream"),
            ("a dialect on standard output", "docker-archive:-", .refuse, "docker stream"),
            ("a tar", "$/x.tar", .refuse, "portable archive, plain, create"),
            ("a compressed tar", "$/x.tar.gz", .refuse, "portable archive, gzip, create"),
            ("tgz", "$/x.tgz", .refuse, "portable archive, gzip, create"),
            ("in capitals", "$/X.TAR", .refuse, "portable archive, plain, create"),
            ("zstd", "$/x.tar.zst", .refuse, "portable archive, zstd, create"),
            ("a directory with such a name, if insisted", "oci:$/x.tar", .refuse, "create"),
            ("a directory with such a name, by its slash", "$/x.tar/", .refuse, "create"),
            ("an archive", "oci-archive:$/x", .refuse, "oci archive, plain, create"),
            ("a compressed one", "oci-archive:$/x.tar.zst", .refuse, "oci archive, zstd, create"),
            ("docker's archive", "docker-archive:$/x", .refuse, "docker archive, plain, create"),
            ("an archive that is there", "docker-archive:$/file", .refuse, "archive exists $/file"),
            ("one to replace", "docker-archive:$/file", .replace, "docker archive, plain, replace"),
            ("no archive is updated", "$/x.tar", .update, "updates no archive $/x.tar"),
            ("a directory in its place", "oci-archive:$/layout", .replace, "not a file $/layout"),
            ("an archive without parent", "$/none/x.tar", .refuse, "no parent $/none"),
            ("a name behind an archive", "$/x.tar:app:1", .refuse, "named $/x.tar app:1"),
            ("a name behind a dialect", "oci-archive:$/x.tar:app", .refuse, "named $/x.tar app"),
            ("a tag behind a layout", "oci:$/new:1.0", .refuse, "named $/new 1.0"),
            ("an archive of another kind", "$/x.zip", .refuse, "not supported $/x.zip"),
            ("skopeo's directory", "dir:$/x", .refuse, "skopeo's directory, create"),
            ("a registry", "docker://host/x", .refuse, "not supported docker://host/x"),
        ] as [(String, String, ExistingLayout, String)])
    func saysWhatItWouldDo(_ why: String, _ text: String, _ existing: ExistingLayout, _ expected: String) throws {
        let directory = try Self.tree()
        let full = text.replacing("$", with: directory.path)
        #expect(Self.outcome(full, existing) == expected.replacing("$", with: directory.path))
    }

    static func outcome(_ text: String, _ existing: ExistingLayout) -> String {
        do throws(DestinationError) {
            switch try Destination(parsing: text, existing: existing) {
            case .layout(let layout): return "\(layout.mode)"
            case .archive(let archive, let kind):
                return "\(kind) archive, \(archive.compression?.rawValue ?? "plain"), \(archive.mode)"
            case .directory(let directory): return "skopeo's directory, \(directory.mode)"
            case .standardOutput(let kind): return "\(kind) stream"
            }
        } catch {
            switch error {
            case .exists(let path): return "exists \(path)"
            case .notALayout(let path): return "not a layout \(path)"
            case .notADirectory(let path): return "not a directory \(path)"
            case .notSupported(let text): return "not supported \(text)"
            case .parentMissing(let path): return "no parent \(path)"
            case .empty: return "empty"
            case .archiveExists(let path): return "archive exists \(path)"
            case .updatesNoArchive(let path): return "updates no archive \(path)"
            case .notAFile(let path): return "not a file \(path)"
            case .namedDestination(_, let path, let tag): return "named \(path) \(tag)"
            default: return "\(error)"
            }
        }
    }

    @Test func stagingIsOnTheFileSystemOfTheResult() throws {
        let directory = try Self.tree()
        let cases: [(String, ExistingLayout, String)] = [
            ("new", .refuse, ".new.ocimerge-"), ("layout", .replace, ".layout.ocimerge-"),
            ("layout", .update, "layout/.inside.ocimerge-"),
        ]
        for (name, existing, prefix) in cases {
            let staging = try LayoutDestination(path: directory.path(name), existing: existing).makeStaging()
            #expect(staging.path.hasPrefix(directory.path(prefix)))
            staging.discard()
        }
    }
}
