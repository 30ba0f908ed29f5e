import TestSupport
import Testing

/// Other tools read what the built binary pushes to real registries, with the same digests.
extension Interop {
    @Suite(.needs(.skopeo), .needsRegistries)
    struct PushTests {
        static let cases = [MergeCase.plain, .zstandard, .mixed, .dockerTypes, .whiteouts]

        @Test(
            "skopeo and ocimerge read the pushed image from every registry unchanged", arguments: RegistryPeer.all,
            cases)
        func arrives(_ peer: RegistryPeer, _ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let pusher = try Pusher(scratch.path, knowing: [peer])
            let layout = try merge.layout(at: scratch.path("layout"))
            let image = try #require(layout.images.first)
            let name = peer.name(Registries.repository())
            #expect(try pusher([layout.path, "-o", name] + peer.flags) == image.digest)

            let copy = scratch.path("copy")
            let options = peer.options("--src-", certificates: try peer.certificates(in: scratch.path))
            try Tool.skopeo.run(["copy", "-q", "--all", "--preserve-digests"] + options + [name, "dir:\(copy)"])
            let files = try Tree.read(copy)
            #expect(files["manifest.json"] == (try layout.bytes(image.digest)))
            for platform in image.platforms {
                for blob in [platform.config] + platform.layers.map(\.digest) {
                    #expect(files[hex(blob)] == (try layout.bytes(blob)))
                }
            }

            #expect(try pusher([name, "-o", scratch.path("back/")] + peer.flags) == image.digest)
            let blobs = try Tree.read(layout.path + "/blobs")
            #expect(try Tree.read(scratch.path("back/blobs")) == blobs)
        }

        @Test("a merge is pushed in one step with several tags")
        func merges() throws {
            let scratch = try TemporaryDirectory()
            let layout = try MergeCase.plain.layout(at: scratch.path("layout"))
            let repository = Registries.repository()
            let place = "\(Registries.Server.plain.place)/\(repository)"
            let digest = try Pusher(scratch.path)(
                MergeCase.plain.sources.map(Program.fixture) + ["-o", "docker://\(place):1.0", "-t", "\(place):latest"])
            #expect(digest == layout.images.first?.digest)
            #expect(try tagged(repository) == digest)
            #expect(try tagged(repository, "latest") == digest)
        }

        @Test("podman pulls each platform", .needs(.podman), arguments: cases)
        func podman(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            let name = RegistryPeer(server: .plain).name(Registries.repository())
            try Pusher(scratch.path)([layout.path, "-o", name])
            for (_, one) in layout.choices {
                let options = ["pull", "-q", "--tls-verify=false"] + one.platform.options()
                #expect(try store.podman(options + [name]) == hex(one.config))
            }
        }

        @Test(
            "dockerd pulls the pushed image, and it runs", .needs(.docker),
            arguments: [MergeCase.plain, .dockerTypes, .whiteouts])
        func docker(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            let name = RegistryPeer(server: .plain).name(Registries.repository())
            try Pusher(scratch.path)([layout.path, "-o", name])
            let image = String(name.dropFirst("docker://".count))
            defer { _ = try? Tool.docker("rmi", "-f", image) }
            try Tool.docker("pull", "-q", image)
            let one = try #require(layout.choices.map(\.one).first { $0.platform.description == "linux/amd64" })
            #expect(try Tool.docker("image", "inspect", "--format", "{{.Id}}", image) == one.config)
            #expect(try Tool.docker("run", "--rm", "--net=none", image).hasSuffix(" amd64"))
        }

        @Test("a failure after the first tag names the tag that leads to the image")
        func partlyTagged() throws {
            let scratch = try TemporaryDirectory()
            let repository = Registries.repository()
            let place = "\(Relay.place)/\(repository)"
            let rule = try Relay.add(.answer(403, on: "PUT", in: repository + "/manifests/second"))
            let said = try Pusher(scratch.path).refused(
                [Program.fixture("docker20/hello-amd64.tar"), "-t", "\(place):second", "-o", "docker://\(place):first"])
            #expect(try rule.fired() == 1)
            #expect(said.contains("\(place):first leads to the image, but the push is not complete: "), "\(said)")
            #expect(try tagged(repository, "first") != nil)
            #expect(try tagged(repository, "second") == nil)
        }

        @Test("missing credentials or certificates are one error, and nothing is tagged")
        func refused() throws {
            let scratch = try TemporaryDirectory()
            let image = Program.fixture("docker20/hello-amd64.tar")
            let pusher = Pusher(scratch.path)
            for (server, flags, why) in [
                (Registries.Server.htpasswd, [], "ocimerge login"),
                (.token, [], "ocimerge login"),
                (.tls, [], "--ca FILE"),
                (.mutual, ["--ca", Registries.authority], "certificate"),
                (.tls, ["--plain-http"], "docker://"),
            ] {
                let said = try pusher.refused(
                    [image, "-o", RegistryPeer(server: server).name(Registries.repository())] + flags)
                if server != .tls || flags.isEmpty { #expect(said.contains(why), "\(server): \(said)") }
            }
        }

        @Test("a token is requested once for each scope, and for both repositories of a mount")
        func tokens() throws {
            let scratch = try TemporaryDirectory()
            let peer = RegistryPeer(server: .token)
            let pusher = try Pusher(scratch.path, knowing: [peer])
            let (one, two) = (Registries.repository("one"), Registries.repository("two"))
            try pusher(MergeCase.plain.sources.map(Program.fixture) + ["-o", peer.name(one)])
            let first = try Registries.tokenRequests(one)
            #expect(first.allSatisfy { $0.status == 200 && $0.user == Registries.user })
            #expect(Set(first.map(\.scopes)).count == first.count)
            #expect(first.count <= 2)
            try pusher([peer.name(one), "-o", peer.name(two)])
            let second = try Registries.tokenRequests(two)
            #expect(Set(second.map(\.scopes)).count == second.count)
            #expect(second.contains { request in request.scopes.contains { $0.contains(one) } })
        }
    }
}
