import Foundation
import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.ctr, .tar))
    struct ContainerdTests {
        @Test(
            "ctr imports a tar of the layout with the same names, digests and platforms",
            arguments: MergeCase.all + [.dockerFormat])
        func imports(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            let namespace = try ContainerdNamespace()
            // An image without a name is imported by digest only.
            try namespace.ctr([
                "images", "import", "--all-platforms", "--digests", try packed(layout, as: scratch.path("layout.tar")),
            ])
            let listed = try namespace.images()
            for image in layout.images {
                let found = listed.filter { $0.digest == image.digest }
                #expect(!found.isEmpty)
                if let name = image.fullName { #expect(found.contains { $0.name == name }) }
                for row in found {
                    let platforms = row.platforms.subtracting(["unknown/unknown"])
                    #expect(platforms == Set(image.platforms.map(\.platform.description)))
                }
            }
        }

        @Test("ctr exports the imported image, and it is read back unchanged", arguments: MergeCase.all)
        func exports(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            let namespace = try ContainerdNamespace()
            try namespace.ctr([
                "images", "import", "--no-unpack", "--all-platforms", "--digests",
                try packed(layout, as: scratch.path("layout.tar")),
            ])
            let names = Set(
                try namespace.images().filter { row in
                    layout.images.contains {
                        $0.fullName == row.name || ($0.fullName == nil && $0.digest == row.digest)
                    }
                }.map(\.name))
            let exported = scratch.path("exported.tar")
            try namespace.ctr(["images", "export", "--all-platforms", exported] + names.sorted())
            try expectSame(layout, readBack(exported))
        }
    }
}

/// A private namespace of containerd. It is removed with its content when the value is destroyed.
struct ContainerdNamespace: ~Copyable {
    let name = "t" + UUID().uuidString

    init() throws { try Tool.ctr("namespaces", "create", name) }

    deinit {
        // A failure has no effect: scripts/test removes the engines' directory, too.
        guard let images = try? images() else { return }
        if !images.isEmpty { _ = try? ctr(["images", "rm", "--sync"] + images.map(\.name)) }
        _ = try? Tool.ctr("namespaces", "remove", name)
    }

    @discardableResult
    func ctr(_ arguments: [String]) throws -> String { try Tool.ctr.run(["-n", name] + arguments).stdout }

    struct Row {
        let name: String
        let digest: String
        let platforms: Set<String>
    }

    /// The images. Each row has REF TYPE DIGEST SIZE UNIT PLATFORMS LABELS, after a heading.
    func images() throws -> [Row] {
        try ctr(["images", "ls"]).split(separator: "\n").dropFirst().map { line in
            let columns = line.split(separator: " ")
            try #require(columns.count >= 6)
            return Row(
                name: String(columns[0]), digest: String(columns[2]),
                platforms: Set(columns[5].split(separator: ",").map(String.init)))
        }
    }
}
