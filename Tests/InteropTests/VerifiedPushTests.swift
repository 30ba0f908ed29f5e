import Foundation
import TestSupport
import Testing

/// `--verify` with a real registry, through the relay, which counts requests.
extension Interop {
    @Suite(.needsRegistries)
    struct VerifiedPushTests: ~Copyable {
        private let scratch: TemporaryDirectory

        init() throws { scratch = try TemporaryDirectory() }

        private var pusher: Pusher { Pusher(scratch.path) }

        private func place(_ repository: String) -> String { "\(Relay.place)/\(repository):1.0" }

        private func file(_ image: DefectiveImage) throws -> String {
            try scratch.write(image.archive, to: "\(UUID().uuidString).tar")
        }

        /// Expects one error, no manifest and no tag.
        private func expectRefusal(
            _ arguments: [String], _ image: DefectiveImage, _ repositories: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let run = try pusher.run(arguments + ["--verify", "--plain-http"])
            #expect(run.status == 1 && run.stdout.isEmpty, "\(run.stderr)", sourceLocation: sourceLocation)
            // Damaged compression is also a warning of the search for executables.
            let errors = run.stderr.split(separator: "\n").filter { !$0.hasPrefix("ocimerge: warning: ") }
            #expect(
                errors.count == 1 && errors[0].contains(image.sentence), "\(run.stderr)",
                sourceLocation: sourceLocation)
            for repository in repositories {
                #expect(try tagged(repository) == nil, sourceLocation: sourceLocation)
                let written = try Relay.requests(repository).filter {
                    $0.method == "PUT" && $0.path.contains("/manifests/")
                }
                #expect(written.isEmpty, sourceLocation: sourceLocation)
            }
        }

        @Test("a defect is refused, and no manifest or tag is written", arguments: DefectiveImage.contents)
        func defects(_ image: DefectiveImage) throws {
            let source = try file(image)
            let (one, two) = (Registries.repository("one"), Registries.repository("two"))
            try expectRefusal(["push", source, place(one), place(two)], image, one, two)
            let merged = Registries.repository("merged")
            try expectRefusal([source, "-o", "docker://\(place(merged))"], image, merged)
            try expectRefusal(
                [source, "--compress", "gzip", "--recompress", "-o", "docker://\(place(merged))"], image, merged)
            try pusher(["push", source, place(one), "--plain-http"])
            #expect(try tagged(one) != nil)
            // The registry has all blobs now.
            let again = Registries.repository("again")
            try expectRefusal(["push", source, place(again)], image, again)
            try expectRefusal(["docker://\(place(one))", "-o", "docker://\(place(again))"], image, again)
            try expectRefusal(["push", "docker://\(place(one))", place(again)], image, again)
            try expectRefusal(["docker://\(place(one))", "-o", scratch.path("out")], image)
            try expectRefusal(["docker://\(place(one))", "-o", scratch.path("out.tar"), "--dry-run"], image)
            #expect(try Tree.names(in: scratch.path).filter { $0.hasPrefix("out") } == [])
        }

        @Test("one defective image keeps all others out, with --all and with a spec")
        func several() throws {
            let bad = DefectiveImage.contents[2]
            let images = scratch.path("several")
            try pusher([try file(.intact), "-t", "demo/one:1.0", "-o", images, "--update"])
            try pusher([try file(bad), "-t", "demo/two:1.0", "-o", images, "--update"])
            let prefix = Registries.repository("mirror")
            try expectRefusal(
                ["push", images, "--all", "\(Relay.place)/\(prefix)"], bad, prefix + "/demo/one", prefix + "/demo/two")
            let repository = Registries.repository()
            let spec = try scratch.write(
                Array(
                    """
                    image: \(place(repository))
                    manifests:
                      - image: \(try file(bad))
                        platform: {os: linux, architecture: amd64}
                    """.utf8), to: "app.yaml")
            try expectRefusal(["push", "--spec", spec], bad, repository)
        }

        @Test("an intact image gives the same result, and no blob of a registry is read twice")
        func intact() throws {
            let source = try file(.intact)
            let (one, two) = (Registries.repository("one"), Registries.repository("two"))
            let digest = try pusher(["push", source, place(one), place(two), "--plain-http", "--verify"])
            #expect(try tagged(one) == digest)
            #expect(try tagged(two) == digest)
            for destination in [
                "docker://\(place(Registries.repository("copy")))", scratch.path("out"), scratch.path("out.tar"),
            ] {
                let before = try reads(one)
                let copy = try pusher(
                    ["docker://\(place(one))", "-o", destination, "--plain-http", "--verify"])
                #expect(copy == digest)
                let after = try reads(one)
                for (path, count) in after {
                    #expect(count - (before[path] ?? 0) == 1, "\(path) for \(destination)")
                }
                #expect(after.count == 4, "three layers and the config")
            }
        }

        /// How often each blob of the repository was read.
        private func reads(_ repository: String) throws -> [String: Int] {
            var counts: [String: Int] = [:]
            for request in try Relay.requests(repository)
            where request.method == "GET" && request.path.contains("/blobs/sha256") {
                counts[request.path, default: 0] += 1
            }
            return counts
        }
    }
}
