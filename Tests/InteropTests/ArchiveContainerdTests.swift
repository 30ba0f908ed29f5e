import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.ctr, .tar))
    struct ArchiveContainerdTests {
        static let ways = [["--all-platforms", "--digests"], []]

        /// The options of kind, and those of a user.
        @Test("ctr imports the archive with the same names, digests and platforms", arguments: MergeCase.archived, ways)
        func imports(_ merge: MergeCase, _ flags: [String]) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try merge.archive(in: scratch.path)
            let namespace = try ContainerdNamespace()
            try namespace.ctr(["images", "import"] + flags + [archive])
            let listed = try namespace.images()
            try #require(!layout.named.isEmpty)
            for (name, image) in layout.named {
                let row = try #require(listed.first { $0.name == name })
                #expect(row.digest == image.digest)
                guard !flags.isEmpty else { continue }
                #expect(
                    row.platforms.subtracting(["unknown/unknown"])
                        == Set(image.platforms.map(\.platform.description)))
            }
            if flags.isEmpty { #expect(Set(listed.map(\.name)) == Set(layout.named.map(\.name))) }
        }

        @Test("ctr exports the imported image, and it is read back unchanged", arguments: MergeCase.archived)
        func exports(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try merge.archive(in: scratch.path)
            let namespace = try ContainerdNamespace()
            try namespace.ctr(["images", "import", "--no-unpack", "--all-platforms", archive])
            let exported = scratch.path("exported.tar")
            try namespace.ctr(["images", "export", "--all-platforms", exported] + layout.named.map(\.name))
            let back = try readBack(exported)
            #expect(
                Set(back.named.map { "\($0.name) \($0.image.digest)" })
                    == Set(layout.named.map { "\($0.name) \($0.image.digest)" }))
            try expectSame(layout, back)
        }

        @Test("ctr imports the archive from a pipe")
        func pipe() throws {
            let scratch = try TemporaryDirectory()
            let (_, layout) = try MergeCase.applications.archive(in: scratch.path)
            let namespace = try ContainerdNamespace()
            _ = try MergeCase.applications.piped(
                to: .ctr, ["-n", namespace.name, "images", "import", "--all-platforms", "-"])
            let listed = try namespace.images()
            for (name, image) in layout.named {
                #expect(listed.contains { $0.name == name && $0.digest == image.digest })
            }
        }
    }
}
