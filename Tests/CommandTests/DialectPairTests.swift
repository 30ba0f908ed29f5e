import Foundation
import TestSupport
import Testing

/// Copies images between all dialects and back to a layout. Configs and layers always keep their digests; manifests and
/// indexes keep them between OCI's dialects.
@Suite("From every dialect to every dialect")
struct DialectPairTests {
    enum Form: String, CaseIterable, Sendable {
        case layout = "oci"
        case portable
        case gzip
        case zstandard
        case ociArchive = "oci-archive"
        case dockerArchive = "docker-archive"

        func destination(_ path: String) -> (argument: String, path: String) {
            switch self {
            case .layout: ("oci:\(path)", path)
            case .portable: ("\(path).tar", "\(path).tar")
            case .gzip: ("\(path).tar.gz", "\(path).tar.gz")
            case .zstandard: ("\(path).tar.zst", "\(path).tar.zst")
            case .ociArchive: ("oci-archive:\(path).oci", "\(path).oci")
            case .dockerArchive: ("docker-archive:\(path).docker", "\(path).docker")
            }
        }

        var keepsManifests: Bool { self != .dockerArchive }
    }

    private func copied(_ source: String, _ form: Form, _ path: String) throws -> (run: Run, path: String) {
        let destination = form.destination(path)
        let run = try ocimerge(source, "--trust", "-q", "-o", destination.argument)
        return (run, destination.path)
    }

    private func layout(_ source: String, _ path: String) throws -> WrittenLayout {
        let run = try copied(source, .layout, path).run
        #expect(run.status == 0, "\(source): \(run.stderr)")
        return try soundLayout(path)
    }

    static let sources = Fixture.oneOfEachProducer(
        Fixture.readable.filter { !$0.fact.images.isEmpty && $0.producer != "programs" })

    @Test("a fixture of each producer is copied to every dialect and back", arguments: sources, Form.allCases)
    func everywhere(_ fixture: Fixture, _ form: Form) throws {
        let directory = try TemporaryDirectory()
        let direct = try layout(fixture.name, directory.path("direct"))
        let (run, path) = try copied(fixture.name, form, directory.path("there"))
        if form == .dockerArchive, run.status != 0 {
            expectOneSentence(run, "\(fixture)")
            #expect(run.stderr.contains("ocimerge: a docker-archive "))
            #expect(direct.images.count > 1 || direct.images.contains { $0.layers.contains { $0.urls != nil } })
            #expect(!FileManager.default.fileExists(atPath: path))
            return
        }
        #expect(run.status == 0, "\(run.stderr)")
        let back = try layout(path, directory.path("back"))
        #expect(back.blobs == direct.blobs)
        guard form.keepsManifests else { return }
        #expect(back.contents == direct.contents)
        #expect(Set(back.images.map(\.descriptor.digest)) == Set(direct.images.map(\.descriptor.digest)))
        #expect(Set(back.indexes.keys).isSuperset(of: direct.indexes.keys))
        #expect(back.absent == direct.absent)
        // Archives for engines join separate images of one name and add the annotation that ctr reads to full names. With
        // several repositories the other annotation has full names too. Everything else is the same.
        guard back.entries.count == direct.entries.count else { return }
        let isOftenNamed = [.portable, .gzip, .zstandard].contains(form)
        let names = try Self.names(of: direct.path)
        let repositories = Set(names.compactMap { name in name.lastIndex(of: ":").map { name[..<$0] } })
        // Artifacts come last there, because ctr fails at them.
        let hasArtifacts = try ocimerge("ls", direct.path).stdout.contains("  artifact ")
        let isRenamed = Self.namesForContainersImage(direct) || repositories.count > 1 || hasArtifacts
        let except: Set = isOftenNamed && isRenamed ? ["index.json"] : []
        #expect(try Self.names(of: back.path) == names)
        #expect(
            try Tree.read(back.path).filter { !except.contains($0.key) }
                == Tree.read(direct.path).filter { !except.contains($0.key) })
    }

    /// The names of the images, as `ls` prints them.
    private static func names(of layout: String) throws -> Set<Substring> {
        Set(try ocimerge("ls", "-q", layout).stdout.split(separator: "\n"))
    }

    /// Whether full names stand only in the annotation that containers/image reads.
    private static func namesForContainersImage(_ layout: WrittenLayout) -> Bool {
        layout.entries.contains { entry in
            guard entry.annotations?["io.containerd.image.name"] == nil else { return false }
            return entry.annotations?["org.opencontainers.image.ref.name"]?.contains { "/:".contains($0) } ?? false
        }
    }

    static let single = ["docker20/hello-s390x.tar", "crane/hello-amd64.tar", "podman4/hello-s390x.oci-dir"]
    static let several = ["docker29-containerd/multiarch.tar", "buildx/two-tags-attestations.oci.tar"]

    @Test("a layout copied through any two dialects gives the same layout", arguments: single + several)
    func pairs(_ source: String) throws {
        let directory = try TemporaryDirectory()
        expectDone(try ocimerge(source, "-t", "demo/pair:1.0", "-q", "-o", directory.path("direct")))
        let direct = try soundLayout(directory.path("direct"))
        let forms = Form.allCases.filter { $0.keepsManifests || Self.single.contains(source) }
        for first in forms {
            let one = try copied(direct.path, first, directory.path("\(first)"))
            expectDone(one.run)
            for second in forms {
                let two = try copied(one.path, second, directory.path("\(first)-\(second)"))
                expectDone(two.run)
                let back = try layout(two.path, directory.path("\(first)-\(second)-back"))
                #expect(back.contents == direct.contents)
                if first.keepsManifests, second.keepsManifests {
                    #expect(try Tree.read(back.path) == Tree.read(direct.path), "\(first), \(second)")
                }
                try Program.run("rm", ["-rf", two.path, back.path])
            }
        }
    }

    @Test("an archive copied to its own dialect stays the same", arguments: Form.allCases)
    func again(_ form: Form) throws {
        guard form != .layout else { return }
        let directory = try TemporaryDirectory()
        let one = try copied("docker20/hello-s390x.tar", form, directory.path("one"))
        let two = try copied(one.path, form, directory.path("two"))
        expectDone(two.run)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: one.path)) == Data(contentsOf: URL(fileURLWithPath: two.path)))
    }
}
