import ByteIO
import TestSupport
import Testing

@testable import ImageSinks

/// Destinations that a user may name, and the treatment of existing content.
struct DestinationTests {
    static let zeros = String(repeating: "0", count: 64)

    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try directory.write([], to: "layout/oci-layout")
        try directory.write([], to: "layout/index.json")
        try directory.write([], to: "half/index.json")
        try directory.write([], to: "file")
        try directory.write([], to: "leftover/.inside.ocimerge-dead/x")
        for name in ["empty", "a:b", "there.gz"] { try FileSystem.makeDirectory(directory.path(name)) }
        try Program.run("mkfifo", [directory.path("fifo")])
        for (link, target) in [("dangling", "none"), ("dangling.tar", "none"), ("toLayout", "layout")] {
            try Program.run("ln", ["-s", target, directory.path(link)])
        }
        return directory
    }

    /// `$` stands for the directory.
    @Test(
        arguments: [
            ("a new name", "$/new", .refuse, "create"), ("a prefix oci:", "oci:$/new", .refuse, "create"),
            ("trailing slashes", "$/new//", .refuse, "create"), ("an empty directory", "$/empty", .refuse, "fill"),
            ("a directory with only a leftover", "$/leftover", .refuse, "fill"),
            ("an existing layout is refused by default", "$/layout", .refuse, "exists $/layout"),
            ("a layout to add to", "$/layout", .update, "update"),
            ("a layout to replace", "$/layout", .replace, "replace"),
            ("a link to a layout", "$/toLayout", .update, "update"),
            ("a new name to add to", "$/new", .update, "fill"),
            ("a new name to replace", "$/new", .replace, "create"),
            ("an incomplete layout is not updated", "$/half", .update, "not a layout $/half"),
            ("an incomplete layout is not replaced", "$/half", .replace, "not a layout $/half"),
            ("an incomplete layout is not empty", "$/half", .refuse, "not a layout $/half"),
            ("a file", "$/file", .replace, "not a directory $/file"),
            ("a FIFO", "$/fifo", .replace, "not a directory $/fifo"),
            ("a dangling link", "$/dangling", .refuse, "dangling $/dangling"),
            ("a dangling link to an archive", "$/dangling.tar", .replace, "dangling $/dangling.tar"),
            ("a dangling link with the prefix dir:", "dir:$/dangling", .replace, "dangling $/dangling"),
            ("no parent", "$/none/new", .refuse, "no parent $/none"),
            ("a file for a parent", "$/file/new", .refuse, "no parent $/file"),
            ("nothing", "", .refuse, "empty"), ("an empty path after oci:", "oci:", .refuse, "empty"),
            ("standard output", "-", .refuse, "portable stream"),
            ("a dialect on standard output", "docker-archive:-", .refuse, "docker stream"),
            ("a tar", "$/x.tar", .refuse, "portable archive, plain, create"),
            ("a compressed tar", "$/x.tar.gz", .refuse, "portable archive, gzip, create"),
            ("tgz", "$/x.tgz", .refuse, "portable archive, gzip, create"),
            ("in capitals", "$/X.TAR", .refuse, "portable archive, plain, create"),
            ("zstd", "$/x.tar.zst", .refuse, "portable archive, zstd, create"),
            ("a directory with an archive's name and a prefix", "oci:$/x.tar", .refuse, "create"),
            ("a directory with an archive's name and a slash", "$/x.tar/", .refuse, "create"),
            ("an archive", "oci-archive:$/x", .refuse, "oci archive, plain, create"),
            ("a compressed one", "oci-archive:$/x.tar.zst", .refuse, "oci archive, zstd, create"),
            ("docker's archive", "docker-archive:$/x", .refuse, "docker archive, plain, create"),
            ("an existing archive", "docker-archive:$/file", .refuse, "archive exists $/file"),
            ("an archive to replace", "docker-archive:$/file", .replace, "docker archive, plain, replace"),
            ("no archive is updated", "$/x.tar", .update, "updates no archive $/x.tar"),
            ("a directory at the path of an archive", "oci-archive:$/layout", .replace, "not a file $/layout"),
            ("an archive without parent", "$/none/x.tar", .refuse, "no parent $/none"),
            ("a name after an archive", "$/x.tar:app:1", .refuse, "named $/x.tar -t app:1"),
            (
                "a name after an archive with a prefix", "oci-archive:$/x.tar:app", .refuse,
                "named oci-archive:$/x.tar -t NAME:app"
            ),
            ("a tag after a layout", "oci:$/new:1.0", .refuse, "named oci:$/new -t NAME:1.0"),
            ("a full name after a layout", "oci:$/new:demo/x:1", .refuse, "named oci:$/new -t demo/x:1"),
            (
                "a full name after docker's archive", "docker-archive:$/y.tar:demo/x:1", .refuse,
                "named docker-archive:$/y.tar -t demo/x:1"
            ),
            ("a colon in the name of an existing directory", "oci:$/a:b/new", .refuse, "create"),
            ("a tag after such a directory", "oci:$/a:b/new:1", .refuse, "named oci:$/a:b/new -t NAME:1"),
            ("gzip alone", "$/x.gz", .refuse, "not supported $/x.gz"),
            ("zstd alone", "$/x.zst", .refuse, "not supported $/x.zst"),
            ("bzip2 alone", "$/x.bz2", .refuse, "not supported $/x.bz2"),
            ("xz alone", "$/x.xz", .refuse, "not supported $/x.xz"),
            ("lz4 alone", "$/x.lz4", .replace, "not supported $/x.lz4"),
            ("the old format of compress", "$/x.tar.Z", .refuse, "not supported $/x.tar.Z"),
            ("a directory with a compressed file's name and a slash", "$/x.gz/", .refuse, "create"),
            ("a directory with a compressed file's name and a prefix", "oci:$/x.gz", .refuse, "create"),
            ("an existing directory with a compressed file's name", "$/there.gz", .refuse, "fill"),
            ("podman's store", "containers-storage:x", .refuse, "transport containers-storage"),
            ("docker itself", "docker-daemon:x:1", .refuse, "transport docker-daemon"),
            ("docker itself, for any name", "docker-daemon:x.tar", .refuse, "transport docker-daemon"),
            ("ostree", "ostree:x", .refuse, "transport ostree"), ("sif", "sif:x", .refuse, "transport sif"),
            ("tarball", "tarball:x", .refuse, "transport tarball"),
            ("atomic", "atomic:x", .refuse, "transport atomic"),
            ("an archive of another kind", "$/x.zip", .refuse, "not supported $/x.zip"),
            ("skopeo's directory", "dir:$/x", .refuse, "skopeo's directory, create"),
            ("a registry", "docker://host/x", .refuse, "registry docker.io/host/x:latest"),
            ("a tag and a digest", "docker://h.io/x:1@sha256:\(zeros)", .refuse, "registry h.io/x:1"),
            ("a digest alone", "docker://h.io/x@sha256:\(zeros)", .refuse, "registry "),
            ("an invalid name of an image", "docker://h.io/X", .refuse, "no reference docker://h.io/X"),
            ("an update of a registry", "docker://h.io/x", .update, "not for a registry: --update"),
            ("a registry that is replaced", "docker://h.io/x", .replace, "not for a registry: --force"),
        ] as [(String, String, ExistingContent, String)])
    func classifiesDestinations(_ why: String, _ text: String, _ existing: ExistingContent, _ expected: String) throws {
        let directory = try Self.tree()
        let full = text.replacing("$", with: directory.path)
        #expect(Self.outcome(full, existing) == expected.replacing("$", with: directory.path))
    }

    static func form(_ traits: DestinationTraits) -> String {
        traits.takesDefaultPlatform ? "portable" : traits.takesOCIFormat ? "oci" : "docker"
    }

    static func outcome(_ text: String, _ existing: ExistingContent) -> String {
        do throws(DestinationError) {
            switch try Destinations.parse(text, DestinationOptions(existing: existing)) {
            case let layout as LayoutDestination: return "\(layout.mode)"
            case let archive as ArchiveDestination:
                let compression = archive.target.compression?.rawValue ?? "plain"
                return "\(form(archive.traits)) archive, \(compression), \(archive.target.mode)"
            case let directory as SkopeoDirectoryDestination: return "skopeo's directory, \(directory.mode)"
            case let output as StandardOutputDestination: return "\(form(output.traits)) stream"
            case let registry as RegistryDestination: return "registry \(registry.names.joined(separator: " "))"
            default: return "another kind"
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
            case .namedDestination(let path, .name(let name)): return "named \(path) -t \(name)"
            case .namedDestination(let path, .tag(let tag)): return "named \(path) -t NAME:\(tag)"
            case .danglingLink(let path): return "dangling \(path)"
            case .transport(_, let name): return "transport \(name)"
            case .notAReference(let text, _): return "no reference \(text)"
            case .noRegistryOption(let option): return "not for a registry: \(option)"
            default: return "\(error)"
            }
        }
    }

    @Test func stagingIsOnTheFileSystemOfTheDestination() throws {
        let directory = try Self.tree()
        let cases: [(String, ExistingContent, String)] = [
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
