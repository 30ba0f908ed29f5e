import ByteIO
import TestSupport
import Testing

@testable import ImageSinks

/// What a user may name as a destination, and what becomes of what stands there.
struct LayoutDestinationTests {
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
            ("standard output", "-", .refuse, "not supported -"),
            ("a tar", "$/x.tar", .refuse, "not supported $/x.tar"),
            ("a compressed tar", "$/x.tar.gz", .refuse, "not supported $/x.tar.gz"),
            ("tgz", "$/x.tgz", .refuse, "not supported $/x.tgz"),
            ("zstd", "$/x.tar.zst", .refuse, "not supported $/x.tar.zst"),
            ("a directory with such a name, if insisted", "oci:$/x.tar", .refuse, "create"),
            ("an archive", "oci-archive:$/x", .refuse, "not supported oci-archive:$/x"),
            ("docker's archive", "docker-archive:$/x", .refuse, "not supported docker-archive:$/x"),
            ("skopeo's directory", "dir:$/x", .refuse, "not supported dir:$/x"),
            ("a registry", "docker://host/x", .refuse, "not supported docker://host/x"),
        ] as [(String, String, ExistingLayout, String)])
    func saysWhatItWouldDo(_ why: String, _ text: String, _ existing: ExistingLayout, _ expected: String) throws {
        let directory = try Self.tree()
        let full = text.replacing("$", with: directory.path)
        #expect(Self.outcome(full, existing) == expected.replacing("$", with: directory.path))
    }

    static func outcome(_ text: String, _ existing: ExistingLayout) -> String {
        do throws(DestinationError) { return "\(try LayoutDestination(parsing: text, existing: existing).mode)" } catch
        {
            switch error {
            case .exists(let path): return "exists \(path)"
            case .notALayout(let path): return "not a layout \(path)"
            case .notADirectory(let path): return "not a directory \(path)"
            case .notSupported(let text): return "not supported \(text)"
            case .parentMissing(let path): return "no parent \(path)"
            case .empty: return "empty"
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
            let staging = try LayoutDestination(parsing: directory.path(name), existing: existing).makeStaging()
            #expect(staging.path.hasPrefix(directory.path(prefix)))
            staging.discard()
        }
    }
}
