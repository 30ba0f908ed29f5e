import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSinks

/// Destinations for an image in skopeo's format, and the treatment of existing content.
struct SkopeoDirectoryDestinationTests {
    static let hex = String(repeating: "a", count: 64)

    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let version = Array("Directory Transport Version: 1.1\n".utf8)
        let parts = [
            "manifest.json", hex, "\(hex).manifest.json", "signature-1", "\(hex).signature-1",
        ]
        for name in parts { try directory.write([], to: "image/\(name)") }
        for place in ["image", "more", "folder", "half"] { try directory.write(version, to: "\(place)/version") }
        try directory.write([], to: "more/\(hex).json")
        try FileSystem.makeDirectories(directory.path("folder/\(hex)"))
        try directory.write([], to: "page/manifest.json")
        try directory.write(Array("1.1\n".utf8), to: "other/version")
        try directory.write([], to: "layout/oci-layout")
        try directory.write([], to: "layout/index.json")
        try directory.write([], to: "file")
        try FileSystem.makeDirectory(directory.path("empty"))
        for (link, target) in [("dangling", "none"), ("toImage", "image")] {
            try Program.run("ln", ["-s", target, directory.path(link)])
        }
        return directory
    }

    /// `$` stands for the directory.
    @Test(
        arguments: [
            ("a new name", "$/new", .refuse, "create"),
            ("trailing slashes", "$/new//", .replace, "create"), ("an empty directory", "$/empty", .refuse, "create"),
            ("an existing image is refused by default", "$/image", .refuse, "exists $/image"),
            ("an image to replace", "$/image", .replace, "replace"),
            ("a link to an image", "$/toImage", .replace, "replace"),
            ("a leftover of a killed skopeo", "$/half", .replace, "replace"),
            ("an image cannot be updated", "$/image", .update, "one image $/image"),
            ("a new directory cannot be updated", "$/new", .update, "one image $/new"),
            ("an image and other files", "$/more", .replace, "holds \(hex).json"),
            ("a folder is no blob", "$/folder", .replace, "holds \(hex)"),
            ("a manifest.json of something else", "$/page", .replace, "not skopeo's $/page"),
            ("a version of something else", "$/other", .replace, "not skopeo's $/other"),
            ("a layout", "$/layout", .replace, "not skopeo's $/layout"),
            ("a layout is refused by default", "$/layout", .refuse, "exists $/layout"),
            ("a file", "$/file", .replace, "not a directory $/file"),
            ("a dangling link", "$/dangling", .refuse, "dangling $/dangling"),
            ("no parent", "$/none/new", .refuse, "no parent $/none"),
            ("an empty path after dir:", "", .refuse, "empty"),
        ] as [(String, String, ExistingContent, String)])
    func classifiesDestinations(_ why: String, _ text: String, _ existing: ExistingContent, _ expected: String) throws {
        let directory = try Self.tree()
        let full = text.replacing("$", with: directory.path)
        #expect(Self.outcome(full, existing) == expected.replacing("$", with: directory.path))
    }

    static func outcome(_ text: String, _ existing: ExistingContent) -> String {
        do throws(DestinationError) {
            let found = try Destinations.parse("dir:" + text, DestinationOptions(existing: existing))
            guard let directory = found as? SkopeoDirectoryDestination else { return "something else" }
            return "\(directory.mode)"
        } catch {
            switch error {
            case .imageExists(let path): return "exists \(path)"
            case .holdsOneImage(let path): return "one image \(path)"
            case .skopeoDirectoryHoldsMore(_, let name): return "holds \(name)"
            case .notASkopeoDirectory(let path): return "not skopeo's \(path)"
            case .notADirectory(let path): return "not a directory \(path)"
            case .danglingLink(let path): return "dangling \(path)"
            case .parentMissing(let path): return "no parent \(path)"
            case .empty: return "empty"
            default: return "\(error)"
            }
        }
    }

    // MARK: - Content of such a directory

    static let image = SampleImage("linux/amd64")

    static func refusal(_ documents: [Document], _ roots: [RootEntry], _ blobs: [WritePlan.Blob] = []) -> String? {
        let plan = WritePlan(blobs: blobs, documents: documents, roots: roots)
        do throws(DestinationError) { try SkopeoDirectoryDestination.check(plan) } catch {
            switch error {
            case .notOneImage(let count, let names, let unnamed): return "\(count) \(names) \(unnamed.count)"
            case .notSHA256(let digest): return "\(digest.algorithm)"
            case .nestedIndex(let digest): return "nested \(digest)"
            default: return "\(error)"
            }
        }
        return nil
    }

    static func root(_ document: Document, _ name: String? = nil) -> RootEntry {
        RootEntry(
            descriptor: document.descriptor, json: [], label: name.map { ImageLabel(reference: $0) }, isNamedHere: true)
    }

    @Test func oneImageMayHaveSeveralNames() {
        let documents = [Self.image.config, Self.image.manifest]
        let roots = ["a:1", "b:1"].map { Self.root(Self.image.manifest, $0) }
        #expect(Self.refusal(documents, roots) == nil)
        let plan = WritePlan(blobs: [], documents: documents, roots: roots)
        #expect(
            SkopeoDirectoryDestination.lostNames(of: plan) == ["docker.io/library/a:1", "docker.io/library/b:1"])
        let other = SampleImage("linux/arm64")
        #expect(
            Self.refusal(documents + [other.manifest], [roots[0], Self.root(other.manifest, "c:1")])
                == #"2 ["docker.io/library/a:1", "docker.io/library/c:1"] 0"#)
        #expect(Self.refusal([], []) == "0 [] 0")
        // The root is a blob and not a document.
        #expect(Self.refusal([], [Self.root(other.manifest)]) == "1 [] 1")
    }

    @Test func aNestedIndexIsRefused() {
        let inner = SampleImage.index([Self.image.entry("linux/amd64")])
        let outer = SampleImage.index([SampleImage.entry(inner)])
        let documents = [Self.image.config, Self.image.manifest, inner]
        #expect(Self.refusal(documents, [Self.root(inner)]) == nil)
        #expect(Self.refusal(documents + [outer], [Self.root(outer)]) == "nested \(inner.digest)")
    }

    @Test func onlySHA256IsAccepted() {
        let bytes = Array("layer".utf8)
        let layer = Descriptor(mediaType: .ociLayer, digest: Digest(of: bytes, algorithm: .sha512), size: 5)
        let blob = WritePlan.Blob(layer, source: ScriptedSource(bytes))
        #expect(Self.refusal([Self.image.manifest], [Self.root(Self.image.manifest)], [blob]) == "sha512")
    }
}
