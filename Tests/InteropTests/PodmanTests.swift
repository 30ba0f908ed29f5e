import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.podman, .buildah))
    struct PodmanTests {
        @Test("buildah pulls each platform: the image ID is the config's digest", arguments: MergeCase.all)
        func buildahPulls(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let options = ["pull", "-q", "--policy", "always"] + one.platform.options()
                #expect(try store.buildah(options + [layout.name(image)]) == hex(one.config))
            }
        }

        @Test("buildah adds the whole index to a manifest list", arguments: MergeCase.all)
        func buildahLists(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for (number, image) in layout.images.enumerated() {
                let list = "localhost/list:\(number)"
                try store.buildah(["manifest", "create", list])
                try store.buildah(["manifest", "add", "--all", list, layout.name(image)])
                let inspected = try store.buildah(["manifest", "inspect", list])
                for child in image.platforms.map(\.manifest) + image.attestations {
                    #expect(inspected.contains("\"\(child)\""))
                }
            }
        }

        @Test("podman pulls each platform: the image ID is the config's digest", arguments: MergeCase.all)
        func podmanPulls(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(image)])
                #expect(id == hex(one.config))
                #expect(
                    try store.podman(["image", "inspect", "--format", "{{.Architecture}}", id])
                        == one.platform.architecture)
            }
        }

        /// podman 4 refuses several entries: "more than one image in oci, choose an image".
        @Test("podman loads a tar of the layout", arguments: MergeCase.all)
        func podmanLoads(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            let archive = try packed(layout, as: scratch.path("layout.tar"))
            guard layout.images.count == 1, let image = layout.images.first else {
                #expect(throws: ToolFailure.self) { try store.podman(["load", "-q", "-i", archive]) }
                return
            }
            let said = try store.podman(["load", "-q", "-i", archive])
            let name = try #require(said.split(separator: " ").last.map(String.init))
            let id = try store.podman(["image", "inspect", "--format", "{{.Id}}", name])
            #expect(image.platforms.map { hex($0.config) }.contains(id))
            if let fullName = image.fullName { #expect(name == fullName) }
        }
    }
}

/// The images of podman and buildah, in a private directory.
struct ContainerStore {
    let path: String

    @discardableResult
    func podman(_ arguments: [String]) throws -> String {
        try text(.podman, podmanOptions + arguments)
    }

    var podmanOptions: [String] { options + ["--events-backend", "file", "--cgroup-manager", "cgroupfs"] }

    @discardableResult
    func buildah(_ arguments: [String]) throws -> String { try text(.buildah, options + arguments) }

    private var options: [String] {
        ["--root", "\(path)/root", "--runroot", "\(path)/run", "--storage-driver", "vfs"]
    }

    private func text(_ tool: Tool, _ arguments: [String]) throws -> String {
        try tool.run(arguments).stdout.withoutEndingNewlines
    }
}
