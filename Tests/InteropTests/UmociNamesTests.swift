import Foundation
import TestSupport
import Testing

/// umoci copies all annotations of an entry to a new tag, so that several entries carry one name for containerd.
extension Interop {
    @Suite(.needs(.umoci))
    struct UmociNamesTests {
        private final class Tagged {
            let scratch: TemporaryDirectory
            /// The digests of demo/u:1, which is also demo/u:keep, and of demo/u:new.
            let old: String
            let new: String

            init() throws {
                let directory = try TemporaryDirectory()
                let path = directory.path("l")
                _ = try Self.run(
                    [Program.fixture("docker20/hello-amd64.tar"), "-t", "demo/u:1", "-q", "-o", path],
                    in: directory.path)
                try Tool.umoci("config", "--image", "\(path):1", "--tag", "new", "--config.label", "a=b")
                try Tool.umoci("tag", "--image", "\(path):1", "keep")
                let images = try Layout(path).images
                #expect(Set(images.map(\.fullName)) == ["docker.io/demo/u:1"])
                old = try #require(images.first { $0.reference == "1" }).digest
                new = try #require(images.first { $0.reference == "new" }).digest
                scratch = directory
                #expect(old != new)
            }

            private static func run(_ arguments: [String], in directory: String) throws -> Run {
                let run = try Program.ocimerge(arguments, directory: directory)
                guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
                return run
            }

            @discardableResult
            func run(_ arguments: String...) throws -> Run { try Self.run(arguments, in: scratch.path) }

            /// The digest of each name.
            func names(_ layout: String = "l") throws -> [String: String] {
                let lines = try run("ls", layout).stdout.split(separator: "\n")
                return Dictionary(
                    uniqueKeysWithValues: lines.map { line in
                        let parts = line.split(separator: " ").map(String.init)
                        return (parts[0].replacingOccurrences(of: "docker.io/demo/u:", with: ""), parts[1])
                    })
            }

            var blobs: [String] { get throws { try Tree.names(in: scratch.path("l/blobs/sha256")) } }
        }

        @Test("each entry has the name of its own tag and is found by it")
        func found() throws {
            let layout = try Tagged()
            #expect(try layout.names() == ["1": layout.old, "keep": layout.old, "new": layout.new])
            for (tag, digest) in try layout.names() {
                for name in ["l:\(tag)", "l:demo/u:\(tag)", "l:docker.io/demo/u:\(tag)"] {
                    #expect(try layout.run("inspect", name).stdout.contains("\n\(digest)\n"), "\(name)")
                }
            }
        }

        @Test(
            "rm removes one name and nothing that another name needs", arguments: ["1", "keep", "new"], [false, true])
        func removed(_ tag: String, _ collects: Bool) throws {
            let layout = try Tagged()
            var expected = try layout.names()
            let digest = try #require(expected[tag])
            expected[tag] = nil
            let blobs = try layout.blobs
            if collects { try layout.run("rm", "--gc", "l:\(tag)") } else { try layout.run("rm", "l:\(tag)") }
            #expect(try layout.names() == expected)
            let isLast = !expected.values.contains(digest)
            // The manifest and the config of the new image; it shares its layers.
            #expect(try layout.blobs.count == blobs.count - (collects && isLast ? 2 : 0))
            try layout.run("verify", "l")
            // umoci itself still finds the others.
            for other in expected.keys { try Tool.umoci("stat", "--image", "\(layout.scratch.path("l")):\(other)") }
        }

        @Test("an update of one name, a new tag and gc keep the other names")
        func updated() throws {
            let layout = try Tagged()
            try layout.run(Program.fixture("docker20/hello-s390x.tar"), "-t", "demo/u:1", "-q", "--update", "-o", "l")
            var expected = try layout.names()
            #expect(expected["1"] != layout.old)
            expected["1"] = nil
            #expect(expected == ["keep": layout.old, "new": layout.new])
            try layout.run("tag", "l:new", "demo/u:1")
            #expect(try layout.names() == ["1": layout.new, "keep": layout.old, "new": layout.new])
            try layout.run("gc", "l")
            try layout.run("verify", "l")
            #expect(try layout.names() == ["1": layout.new, "keep": layout.old, "new": layout.new])
        }

        @Test(
            "a copy keeps every name with its digest",
            arguments: ["c/", "c.tar", "oci-archive:c.tar", "docker-archive:c.tar"])
        func copied(_ destination: String) throws {
            let layout = try Tagged()
            let expected = try layout.names()
            try layout.run("l", "-q", "-o", destination)
            if destination == "c/" {
                #expect(try layout.names("c") == expected)
                return
            }
            try layout.run("c.tar", "-q", "-o", "back")
            let back = try layout.names("back")
            #expect(back.keys.sorted() == expected.keys.sorted())
            // A docker archive has no manifests, so that only the images' identity is kept.
            if !destination.hasPrefix("docker-archive:") { #expect(back == expected) }
            #expect(Set(back.filter { $0.value == back["1"] }.keys) == ["1", "keep"])
        }
    }
}
