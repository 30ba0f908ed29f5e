import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.podman, .tar))
    struct ArchivePodmanTests {
        @Test("podman loads the archive under every name and saves the same image", arguments: MergeCase.archived)
        func loads(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let (archive, layout) = try merge.archive(in: scratch.path)
            try expectLoaded(archive, layout, store)
            for (number, (name, image)) in layout.named.enumerated() {
                let saved = scratch.path("saved-\(number).tar")
                try store.podman(["save", "-q", "--format", "docker-archive", "-o", saved, name])
                try expectSame(image.choice(), in: readBack(saved))
            }
        }

        @Test("podman loads a compressed archive", arguments: ["tar.gz", "tar.zst"])
        func compressed(_ suffix: String) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try MergeCase.plain.archive(suffix, in: scratch.path)
            try expectLoaded(archive, layout, ContainerStore(path: scratch.path("store")))
        }

        @Test("podman loads the archive from a pipe")
        func pipe() throws {
            let scratch = try TemporaryDirectory()
            let (_, layout) = try MergeCase.plain.archive(in: scratch.path)
            let store = ContainerStore(path: scratch.path("store"))
            _ = try MergeCase.plain.piped(to: .podman, store.podmanOptions + ["load", "-q"])
            try expectImages(layout, store)
        }

        @Test("podman loads the other archive formats", arguments: ["oci-archive:", "docker-archive:"])
        func otherForms(_ form: String) throws {
            for merge in MergeCase.archived where merge.sources != MergeCase.applications.sources {
                let scratch = try TemporaryDirectory()
                let store = ContainerStore(path: scratch.path("store"))
                let (_, layout) = try merge.archive(in: scratch.path)
                // podman accepts one entry of an OCI archive, so it refuses an archive with two names.
                if form == "oci-archive:", layout.images.count > 1 { continue }
                let archive = scratch.path("one.tar")
                try merge.written(["--platform", "linux/amd64"], to: form + archive)
                try expectLoaded(archive, layout, store)
            }
        }

        private func expectLoaded(_ archive: String, _ layout: Layout, _ store: ContainerStore) throws {
            let said = try store.podman(["load", "-q", "-i", archive])
            let names = said.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
            #expect(Set(names) == Set(layout.named.map(\.name)))
            try expectImages(layout, store)
        }

        private func expectImages(_ layout: Layout, _ store: ContainerStore) throws {
            try #require(!layout.named.isEmpty)
            for (name, image) in layout.named {
                let id = try store.podman(["image", "inspect", "--format", "{{.Id}}", name])
                #expect(id == hex(try image.choice().config))
            }
        }
    }
}
