import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.skopeo, .umoci, .tar))
    struct LayoutUpkeepTests {
        @Test("umoci and skopeo read a layout after tag, rm and gc")
        func editedLayout() throws {
            let scratch = try TemporaryDirectory()
            let all = try MergeCase.plain.layout(at: scratch.path("all"))
            let out = scratch.path("out")
            for (platform, name) in [("linux/amd64", "demo/one:1.0"), ("linux/s390x", "demo/two:2.0")] {
                try ocimerge([all.path, "--platform", platform, "-t", name, "-q", "--update", "-o", out])
            }
            try ocimerge(["tag", "\(out):demo/one:1.0", "demo/three:3.0"])
            let before = try Tool.skopeo.run(["inspect", "--raw", "oci:\(out):1.0"]).output
            try ocimerge(["rm", "--gc", "\(out):demo/one:1.0", "\(out):demo/two:2.0"])
            #expect(try Tool.umoci("list", "--layout", out) == "3.0")
            #expect(try Tool.skopeo.run(["inspect", "--raw", "oci:\(out):3.0"]).output == before)
            try Tool.skopeo("copy", "-q", "--all", "oci:\(out):3.0", "dir:\(scratch.path("copy"))")
            try Tool.umoci("unpack", "--rootless", "--image", "\(out):3.0", scratch.path("bundle"))
            // umoci's gc finds nothing more to remove.
            let kept = try Tree.names(in: out + "/blobs/sha256")
            try Tool.umoci("gc", "--layout", out)
            #expect(try Tree.names(in: out + "/blobs/sha256") == kept)
        }

        private func ocimerge(_ arguments: [String]) throws {
            let run = try Program.ocimerge(arguments)
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
        }
    }
}
