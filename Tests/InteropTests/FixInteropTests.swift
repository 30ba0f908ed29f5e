import Foundation
import TestSupport
import Testing

/// Engines load archives that `fix` corrected in place.
extension Interop {
    @Suite("Corrected archives")
    struct FixInteropTests {
        private static func corrected(
            _ name: String, _ platform: String, in directory: borrowing TemporaryDirectory
        ) throws -> String {
            let path = directory.path("fixed.tar")
            try FileManager.default.copyItem(atPath: Program.fixture(name), toPath: path)
            let run = try Program.ocimerge(["fix", path, "--platform", platform, "-q", "--in-place"])
            #expect(run.status == 0, "\(run.stderr)")
            return path
        }

        @Test(
            "docker loads a corrected archive with its architecture", .needs(.docker),
            arguments: ["docker20/hello-s390x-wrong.tar", "tar/plain.tar", "docker25-graph/hello-s390x.tar"])
        func docker(_ name: String) throws {
            let scratch = try TemporaryDirectory()
            let path = try Self.corrected(name, "linux/arm64", in: scratch)
            let said = try Tool.docker("load", "-q", "-i", path)
            #expect(said == "Loaded image: demo/hello:1.0")
            defer { _ = try? Tool.docker("rmi", "-f", "demo/hello:1.0") }
            let found = try Tool.docker(
                "image", "inspect", "--format", "{{.Id}} {{.Os}}/{{.Architecture}}", "demo/hello:1.0")
            let config = try Program.ocimerge(["inspect", "--config", path]).output
            #expect(found == "\(SavedImage.digest(config)) linux/arm64")
        }

        @Test(
            "skopeo reads a corrected archive", .needs(.skopeo),
            arguments: [
                ("docker-archive", "docker20/hello-s390x-wrong.tar"), ("docker-archive", "crane/hello-s390x.tar"),
                ("docker-archive", "podman4/hello-s390x.docker-archive.tar"),
                ("docker-archive", "jib/hello-arm64.tar"),
                ("oci-archive", "podman4/hello-s390x.oci-archive.tar"),
                ("oci-archive", "skopeo1/hello-amd64.zstd.oci-archive.tar"),
            ])
        func skopeo(_ transport: String, _ name: String) throws {
            let scratch = try TemporaryDirectory()
            let path = try Self.corrected(name, "linux/riscv64", in: scratch)
            let text = try Tool.skopeo("inspect", "--config", "\(transport):\(path)")
            #expect(text.contains(#""architecture":"riscv64""#) || text.contains(#""architecture": "riscv64""#))
            let copy = scratch.path("copy")
            try Tool.skopeo("copy", "-q", "\(transport):\(path)", "oci:\(copy):1.0")
            #expect(try Program.ocimerge(["inspect", "--platforms", copy]).stdout == "linux/riscv64\n")
        }

        @Test(
            "podman loads a corrected archive", .needs(.podman),
            arguments: ["podman4/hello-s390x.docker-archive.tar", "podman4/hello-s390x.oci-archive.tar"])
        func podman(_ name: String) throws {
            let scratch = try TemporaryDirectory()
            let path = try Self.corrected(name, "linux/arm64", in: scratch)
            let store = ContainerStore(path: scratch.path("store"))
            try store.podman(["load", "-q", "-i", path])
            let found = try store.podman([
                "image", "inspect", "--format", "{{.Architecture}}", "localhost/demo/hello:1.0",
            ])
            #expect(found == "arm64")
        }
    }
}
