import TestSupport
import Testing

/// The executables of images in registries, and of images that are pushed, are checked by default.
extension Interop {
    @Suite(.needsRegistries)
    struct RegistryEvidenceTests {
        private static let right = "docker20/hello-amd64.tar"
        private static let wrong = "docker20/hello-s390x-wrong.tar"
        private static let finding =
            "says linux/amd64, but /bin/hello, which it runs, is s390x (layer "
            + "sha256:e73bd7df926c49b45683882af51f1b7982bc0d3d63ec98c5ea3c04c27e221491)"

        private struct Place: ~Copyable {
            let scratch: TemporaryDirectory
            let pusher: Pusher
            let repository = Registries.repository()

            init() throws {
                scratch = try TemporaryDirectory()
                pusher = Pusher(scratch.path)
            }

            /// At the relay, which counts.
            func name(_ tag: String) -> String { "docker://\(Relay.place)/\(repository):\(tag)" }

            func push(_ fixture: String, _ tag: String) throws {
                try pusher(["push", Program.fixture(fixture), name(tag), "--trust"])
            }

            /// The requests for the content of layers.
            func layerRequests() throws -> [Relay.Request] {
                let layers = ["a0ac1a66", "648a4b7e", "e73bd7df"].map { "/blobs/sha256:" + $0 }
                return try Relay.requests("\(repository)/blobs/").filter { one in
                    one.method == "GET" && layers.contains { one.path.contains($0) }
                }
            }
        }

        @Test("a join of two images of a registry refuses a wrong platform, and --fix corrects it")
        func join() throws {
            let place = try Place()
            try place.push(Self.right, "amd64")
            try place.push(Self.wrong, "s390x")
            let (one, two, all) = (place.name("amd64"), place.name("s390x"), place.name("all"))
            let arguments = [one, two, "-o", all]
            let said = try place.pusher.refused(arguments)
            #expect(
                said
                    == "ocimerge: \(two) \(Self.finding); correct it: ocimerge \(one) \(two) -o \(all) --fix (or keep it "
                    + "with --trust)\n")
            #expect(try tagged(place.repository, "all") == nil)
            try place.pusher(arguments + ["--fix"])
            #expect(try place.pusher.run(["inspect", "--platforms", all]).stdout == "linux/amd64\nlinux/s390x\n")
        }

        @Test("a join reports the number of checked images and bytes, and reads no more than the start of layers")
        func counts() throws {
            let place = try Place()
            try place.push(Self.right, "amd64")
            try place.push("docker20/hello-s390x.tar", "s390x")
            let arguments = [place.name("amd64"), place.name("s390x"), "-o", place.name("all")]
            let before = try place.layerRequests().count
            let run = try place.pusher.run(arguments)
            #expect(run.status == 0 && run.stderr == "", "\(run)")
            let line = try #require(run.stdout.split(separator: "\n").dropFirst().first)
            #expect(line.hasPrefix("checked: 2 images, ") && line.hasSuffix(" read"), "\(run.stdout)")
            let requests = try place.layerRequests().dropFirst(before)
            #expect(requests.allSatisfy { $0.range == "bytes=0-262143" || $0.range == nil }, "\(requests)")
            #expect(!requests.isEmpty && Set(requests.map(\.path)).count == requests.count)
            let trusted = try place.pusher.run(arguments + ["--trust", "--json"])
            #expect(trusted.status == 0 && !trusted.stdout.contains("checked"), "\(trusted)")
            #expect(try place.layerRequests().count == before + requests.count)
            let json = try place.pusher.run(arguments + ["--json"])
            #expect(json.status == 0 && json.stdout.contains("\"checked\": {\n    \"images\": 2,"), "\(json)")
            let copied = try place.pusher.run(["push", place.name("amd64"), place.name("copy"), "--json"])
            #expect(copied.status == 0 && !copied.stdout.contains("checked"), "\(copied)")
            let pushed = try place.pusher.run(
                ["push", place.name("amd64"), place.name("copy"), "--json", "--evidence=full"])
            #expect(pushed.status == 0 && pushed.stdout.contains("\"checked\": {\n    \"images\": 1,"), "\(pushed)")
        }

        @Test("a layer that several images of a join share is fetched once")
        func shared() throws {
            let place = try Place()
            for tag in ["amd64", "again", "third"] { try place.push(Self.right, tag) }
            try place.push("docker20/hello-s390x.tar", "s390x")
            let before = try place.layerRequests().count
            let (one, two, three, four) = (
                place.name("amd64"), place.name("again"), place.name("third"), place.name("s390x")
            )
            try place.pusher([one, two, three, four, "--jobs", "4", "-o", place.name("all")])
            let requests = try place.layerRequests().dropFirst(before)
            #expect(!requests.isEmpty && Set(requests.map(\.path)).count == requests.count, "\(requests)")
        }

        @Test("a copy of an image within registries is not checked, and with --evidence=full only warns")
        func copy() throws {
            let place = try Place()
            try place.push(Self.wrong, "wrong")
            let before = try place.layerRequests().count
            let plain = try place.pusher.run(["copy", place.name("wrong"), place.name("copy"), "-q"])
            #expect(plain.status == 0 && plain.stderr == "", "\(plain)")
            #expect(try place.layerRequests().count == before)
            let run = try place.pusher.run(["copy", place.name("wrong"), place.name("copy"), "-q", "--evidence=full"])
            #expect(run.status == 0)
            #expect(
                run.stderr
                    == "ocimerge: warning: \(place.name("wrong")) \(Self.finding); the image is copied unchanged "
                    + "(ocimerge copy --fix corrects it)\n")
            #expect(try tagged(place.repository, "copy") == tagged(place.repository, "wrong"))
        }

        @Test("images of a registry that are written to files are checked without a second transfer")
        func files() throws {
            let place = try Place()
            try place.push(Self.right, "amd64")
            try place.push(Self.wrong, "s390x")
            let before = try place.layerRequests().count
            let out = place.scratch.path("out/")
            let said = try place.pusher.refused([place.name("amd64"), place.name("s390x"), "-o", out])
            #expect(said.hasPrefix("ocimerge: \(place.name("s390x")) \(Self.finding); correct it: "), "\(said)")
            #expect(!(try Tree.names(in: place.scratch.path)).contains("out"))
            // One more for the confirmation of the contradiction at the most.
            let requests = try place.layerRequests().dropFirst(before)
            #expect(requests.allSatisfy { $0.range == nil }, "\(requests)")
            let pulled = try place.pusher.run(["pull", place.name("s390x"), out, "-q"])
            #expect(pulled.status == 0)
            #expect(pulled.stderr.hasPrefix("ocimerge: warning: \(place.name("s390x")) \(Self.finding); "), "\(pulled)")
            let right = try place.pusher.run(["pull", place.name("amd64"), place.scratch.path("right/"), "-q"])
            #expect(right.status == 0 && right.stderr == "")
        }

        @Test("a push from a file refuses a wrong platform, and --trust pushes it")
        func push() throws {
            let place = try Place()
            let source = Program.fixture(Self.wrong)
            let name = place.name("1.0")
            let said = try place.pusher.refused(["push", source, name])
            #expect(
                said
                    == "ocimerge: \(source) \(Self.finding); correct it: ocimerge \(source) -o \(name) --fix (or keep it "
                    + "with --trust)\n")
            #expect(try tagged(place.repository, "1.0") == nil)
            let dry = try place.pusher.refused(["push", source, name, "--dry-run"])
            #expect(dry == said.replacing("\(name) --fix", with: "\(name) --dry-run --fix"))
            try place.pusher([source, "-o", name, "--fix"])
            #expect(try place.pusher.run(["inspect", "--platforms", name]).stdout == "linux/s390x\n")
            try place.pusher(["push", source, name, "--trust"])
            #expect(try place.pusher.run(["inspect", "--platforms", name]).stdout == "linux/amd64\n")
        }

        @Test("a layer that cannot be read is an error of the join, not a missing proof")
        func unreadable() throws {
            let place = try Place()
            try place.push(Self.right, "amd64")
            try place.push("docker20/hello-s390x.tar", "s390x")
            let rule = try Relay.add(.answer(403, on: "GET", in: "\(place.repository)/blobs/sha256:e73bd7df").always)
            let said = try place.pusher.refused([place.name("amd64"), place.name("s390x"), "-o", place.name("all")])
            #expect(try rule.fired() > 0)
            #expect(said.contains("sha256:e73bd7df"), "\(said)")
            #expect(try tagged(place.repository, "all") == nil)
        }
    }
}
