import Foundation
import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.skopeo), .needsRegistries)
    struct SkopeoSyncTests {
        @Test(
            "a tree of skopeo sync keeps names and digests through inspect, verify, pack and push",
            arguments: [false, true])
        func tree(_ isScoped: Bool) throws {
            let scratch = try TemporaryDirectory()
            let place = Registries.Server.plain.place
            let repository = Registries.repository()
            let layout = try MergeCase.plain.layout(at: scratch.path("layout"))
            let digest = try #require(layout.images.first).digest
            for tag in ["1.0", "2.0"] {
                try expectDone(["push", layout.path, "\(place)/\(repository):\(tag)", "-q"])
            }
            let tree = scratch.path("tree")
            try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: false)
            try Tool.skopeo.run(
                ["sync", "--all", "--src", "docker", "--dest", "dir", "--src-tls-verify=false"]
                    + (isScoped ? ["--scoped"] : []) + ["\(place)/\(repository)", tree])
            let path = isScoped ? "\(place)/\(repository)" : "app"

            let inspected = try expectDone(["inspect", tree]).stdout
            #expect(inspected.contains(": skopeo sync tree, 1 image\n"), "\(inspected)")
            #expect(inspected.contains("\(digest)  index of "))
            #expect(try expectDone(["verify", tree]).stdout.contains(": 1 image, "))
            try expectDone(["pack", tree, "-q", "-o", scratch.path("packed")])
            let packed = try Layout(scratch.path("packed"))
            #expect(packed.images.map(\.digest) == [digest, digest])
            let host = isScoped ? "" : "docker.io/library/"
            #expect(packed.images.compactMap(\.fullName).sorted() == ["1.0", "2.0"].map { "\(host)\(path):\($0)" })

            let prefix = "\(place)/\(Registries.repository("mirror"))"
            try expectDone(["push", tree, "--all", prefix, "-q"])
            for tag in ["1.0", "2.0"] {
                let name = "docker://\(prefix)/\(isScoped ? repository : path):\(tag)"
                let raw = try Tool.skopeo.run(["inspect", "--raw", "--tls-verify=false", name]).output
                #expect(try InteropTests.digest(raw) == digest)
            }
        }

        @discardableResult
        private func expectDone(_ arguments: [String]) throws -> Run {
            let run = try Program.ocimerge(arguments)
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
            return run
        }
    }
}
