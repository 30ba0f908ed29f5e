import Foundation
import TestSupport
import Testing

/// `push` to a real registry through the relay, which counts requests.
extension Interop {
    @Suite(.needsRegistries)
    struct PushCommandTests: ~Copyable {
        private let scratch: TemporaryDirectory

        init() throws { scratch = try TemporaryDirectory() }

        private var pusher: Pusher { Pusher(scratch.path) }

        private func layout() throws -> Layout { try MergeCase.plain.layout(at: scratch.path("layout")) }

        @Test(
            "several references are one push for each repository, and the second repository mounts the layers of the first"
        )
        func references() throws {
            let layout = try layout()
            let digest = try #require(layout.images.first?.digest)
            let (one, two) = (Registries.repository("one"), Registries.repository("two"))
            let run = try pusher.run([
                "push", layout.path, "\(Relay.place)/\(one):1.0", "docker://\(Relay.place)/\(one):latest",
                "\(Relay.place)/\(two)", "--plain-http", "--json",
            ])
            #expect(run.status == 0, "\(run.stderr)")
            for (repository, tag) in [(one, "1.0"), (one, "latest"), (two, "latest")] {
                #expect(try tagged(repository, tag) == digest)
            }
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any])
            let pushes = try #require(report["pushes"] as? [[String: Any]])
            let counts = pushes.compactMap { $0["pushed"] as? [String: Int] }
            let layers = Set(layout.images.flatMap(\.platforms).flatMap(\.layers).map(\.digest)).count
            #expect(counts.map { $0["sent"] } == [layers, 0])
            #expect(counts.map { $0["mounted"] } == [0, layers])
            #expect(try Relay.requests(two).allSatisfy { $0.sent < 4096 })
        }

        @Test("a repeated push takes one request for the tag and one per manifest, and sends nothing")
        func again() throws {
            let layout = try layout()
            let repository = Registries.repository()
            let arguments = ["push", layout.path, "\(Relay.place)/\(repository):1.0", "--plain-http"]
            try pusher(arguments)
            let before = try Relay.requests(repository).count
            try pusher(arguments)
            let requests = try Relay.requests(repository).dropFirst(before)
            let targets = ["1.0"] + layout.images.flatMap(\.platforms).map(\.manifest)
            #expect(
                requests.map { "\($0.method) \($0.path)" }.sorted()
                    == targets.map { "HEAD /v2/\(repository)/manifests/\($0)" }.sorted())
            #expect(requests.allSatisfy { $0.sent == 0 })
        }

        @Test("a dry run sends no request")
        func dryRun() throws {
            let repository = Registries.repository()
            let run = try pusher.run(
                ["push", try layout().path, "\(Relay.place)/\(repository):1.0", "--plain-http", "--dry-run"])
            #expect(run.status == 0)
            #expect(run.stdout.hasPrefix("would push docker://\(Relay.place)/\(repository): 1 image, "))
            #expect(try Relay.requests(repository).isEmpty)
        }

        @Test("one platform of an index is pushed in its own index, without the other images")
        func platform() throws {
            let layout = try layout()
            let repository = Registries.repository()
            let place = "\(Relay.place)/\(repository):1.0"
            let digest = try pusher(
                ["push", layout.path, place, "--platform", "linux/s390x", "--plain-http"])
            #expect(try tagged(repository) == digest)
            let run = try pusher.run(["inspect", "docker://\(place)", "--platforms", "--plain-http"])
            #expect(run.stdout == "linux/s390x\n")
            let other = try #require(
                layout.images.flatMap(\.platforms).first { $0.platform.description == "linux/amd64" })
            #expect(try Relay.requests(repository).allSatisfy { !$0.path.contains(other.config) })
        }

        @Test("every named image of a source is pushed below a prefix")
        func all() throws {
            let images = scratch.path("several")
            for (name, source) in [("demo/one:1", "hello-amd64.tar"), ("quay.io/org/two:2", "hello-s390x.tar")] {
                try pusher([Program.fixture("docker20/\(source)"), "-t", name, "-o", images, "--update"])
            }
            let prefix = Registries.repository("mirror")
            try pusher(["push", images, "--all", "\(Relay.place)/\(prefix)", "--plain-http"])
            #expect(try tagged(prefix + "/demo/one", "1") != nil)
            #expect(try tagged(prefix + "/org/two", "2") != nil)
            let said = try pusher.refused(["push", images, "\(Relay.place)/\(prefix):1", "--plain-http"])
            #expect(said.contains("demo/one:1") && said.contains("org/two:2"))
            #expect(try tagged(prefix, "1") == nil)
        }

        @Test("a spec is merged and pushed to its reference")
        func spec() throws {
            let repository = Registries.repository()
            let spec = try scratch.write(
                Array(
                    """
                    image: \(Relay.place)/\(repository):1.0
                    tags: [latest]
                    manifests:
                      - image: \(Program.fixture("docker20/hello-amd64.tar"))
                        platform: {os: linux, architecture: amd64}
                      - image: \(Program.fixture("docker20/hello-s390x.tar"))
                        platform: {os: linux, architecture: s390x}
                    """.utf8), to: "app.yaml")
            let digest = try pusher(["push", "--spec", spec, "--plain-http"])
            #expect(try tagged(repository) == digest)
            #expect(try tagged(repository, "latest") == digest)
        }

        @Test("cosign's signatures are pushed with their image on request")
        func cosign() throws {
            let (from, to, alone) = (Registries.repository("a"), Registries.repository("b"), Registries.repository("c"))
            let place = "\(Relay.place)/\(from)"
            let digest = try pusher(["push", try layout().path, "\(place):1.0", "--plain-http"])
            let tag = digest.replacingOccurrences(of: ":", with: "-") + ".sig"
            let signature = try pusher([
                Program.fixture("docker20/hello-amd64.tar"), "-o", "docker://\(place):\(tag)", "--plain-http",
            ])
            try pusher(["push", "docker://\(place):1.0", "\(Relay.place)/\(alone):1.0", "--plain-http"])
            #expect(try tagged(alone, tag) == nil)
            try pusher(["push", "docker://\(place):1.0", "\(Relay.place)/\(to):1.0", "--plain-http", "--referrers"])
            #expect(try tagged(to, tag) == signature)
            #expect(try tagged(to) == digest)

            let local = scratch.path("local")
            try pusher(["docker://\(place):1.0", "-o", local, "--referrers", "--plain-http"])
            let back = Registries.repository("d")
            try pusher(["push", local, "\(Relay.place)/\(back):1.0", "--plain-http", "--referrers"])
            #expect(try tagged(back, tag) == signature)
            #expect(try tagged(back) == digest)

            let merged = Registries.repository("e")
            try pusher([local, "-o", "docker://\(Relay.place)/\(merged):1.0", "--plain-http", "--referrers"])
            #expect(try tagged(merged, tag) == signature)
            #expect(try tagged(merged) == digest)
        }
    }
}
