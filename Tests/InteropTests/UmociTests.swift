import Foundation
import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.umoci, .tar))
    struct UmociTests {
        @Test("umoci unpacks one platform to the content of its layers", arguments: ["linux/amd64", "linux/s390x"])
        func unpacks(_ platform: String) throws {
            let scratch = try TemporaryDirectory()
            let (layout, rootfs) = try unpack(.plain, platform, in: scratch.path)
            // These layers contain no whiteouts, so unpacking them one after the other gives the expected tree.
            let expected = scratch.path("expected")
            for layer in layout.images[0].platforms[0].layers {
                _ = try unpacked("\(layout.path)/blobs/sha256/\(hex(layer.digest))", in: expected)
            }
            #expect(try Tree.read(rootfs) == Tree.read(expected))
        }

        @Test("umoci applies whiteouts as podman does", .needs(.podman), arguments: ["linux/amd64", "linux/s390x"])
        func whiteouts(_ platform: String) throws {
            let scratch = try TemporaryDirectory()
            let (layout, rootfs) = try unpack(.whiteouts, platform, in: scratch.path)
            let one = layout.images[0].platforms[0]
            let store = ContainerStore(path: scratch.path("store"))
            let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(layout.images[0])])
            let mount = try store.podman(["image", "mount", id])
            let expected = try Tree.read(mount)
            try store.podman(["image", "unmount", id])
            #expect(try Tree.read(rootfs) == expected)
            #expect(!expected.keys.contains { $0.contains(".wh.") })
        }

        @Test("an unpacked s390x program runs under qemu", .needs(.qemuS390x))
        func runs() throws {
            let scratch = try TemporaryDirectory()
            let (_, rootfs) = try unpack(.plain, "linux/s390x", in: scratch.path)
            #expect(try Tool.qemuS390x("\(rootfs)/bin/hello") == "hello from s390x")
        }

        @Test("inspect --files lists the files that umoci unpacks, and cat prints them")
        func files() throws {
            let scratch = try TemporaryDirectory()
            let image = "\(scratch.path("img")):1"
            try Tool.umoci("init", "--layout", scratch.path("img"))
            try Tool.umoci("new", "--image", image)
            try Tool.umoci("unpack", "--rootless", "--image", image, scratch.path("made"))
            for change in [
                """
                mkdir -p usr/bin etc/d etc/e opt; ln -s usr/bin bin; echo one > etc/one; ln etc/one etc/two
                echo x > etc/d/x; echo x > etc/e/x; echo tool > usr/bin/tool; chmod 4755 usr/bin/tool; mkfifo etc/p
                touch "etc/$(printf 'a\\377')" 'etc/a b'
                """,
                """
                rm -r etc/d etc/p etc/one; ln -s e etc/d; rm -r etc/e; mkdir etc/e; echo y > etc/e/y; echo z > opt/z
                rm bin; mkdir bin; echo b > bin/b
                """,
                "rm -r opt etc/d; mkdir opt; chmod 700 opt; echo d > etc/d",
            ] {
                let run = try Program.run("/bin/sh", ["-euc", change], directory: scratch.path("made/rootfs"))
                guard run.status == 0 else { throw ToolFailure(command: [change], run: run) }
                try Tool.umoci("repack", "--refresh-bundle", "--image", image, scratch.path("made"))
            }
            try Self.compare(image, in: scratch)
            for file in ["etc/two", "etc/d", "bin/b"] {
                let content = try Array(Data(contentsOf: URL(fileURLWithPath: scratch.path("all/rootfs/\(file)"))))
                #expect(try Program.ocimerge(["cat", image, file]).output == content)
            }
        }

        private static let replaced = [
            LayerEntry.file("b/x", [1]), .file("b/z", [2]), .symbolicLink("a", to: "b"), .file("c/d/old", [3]),
        ]

        /// The entries of an upper layer.
        static let upperLayers: [(String, [LayerEntry])] = [
            ("an opaque mark in a directory that replaces a link", [.directory("a"), .opaque("a"), .file("a/y", [4])]),
            ("a whiteout in a directory that replaces a link", [.directory("a"), .whiteout("a/x")]),
            ("an opaque mark behind a link", [.opaque("a"), .file("a/y", [4])]),
            ("a whiteout behind a link", [.whiteout("a/x"), .file("a/y", [4])]),
            ("a removed link", [.whiteout("a"), .file("a/y", [4])]),
            ("an opaque mark after a file", [.file("c/d/new", [4]), .opaque("c")]),
            ("nested opaque marks", [.file("c/d/new", [4]), .opaque("c/d"), .opaque("c"), .file("c/e", [5])]),
            ("a whiteout after a file", [.file("c/d/new", [4]), .whiteout("c")]),
            ("a link that replaces a directory", [.symbolicLink("c", to: "b"), .file("c/y", [4])]),
        ]

        @Test("inspect --files applies marks and links as umoci does", arguments: upperLayers)
        func marks(_ name: String, _ upper: [LayerEntry]) throws {
            let scratch = try TemporaryDirectory()
            let image = try Self.image([Self.replaced, upper], in: scratch)
            try Self.compare(image, in: scratch)
        }

        @Test("cat refuses a member below a file as umoci does")
        func belowFile() throws {
            let scratch = try TemporaryDirectory()
            let image = try Self.image([[.file("f", [1])], [.file("f/g", [2])]], in: scratch)
            #expect(throws: ToolFailure.self) {
                try Tool.umoci("unpack", "--rootless", "--image", image, scratch.path("all"))
            }
            #expect(try Program.ocimerge(["cat", image, "f"]).status == 1)
        }

        /// A layout with one image of these layers.
        private static func image(_ layers: [[LayerEntry]], in scratch: borrowing TemporaryDirectory) throws -> String {
            var image = MadeImage()
            image.layers = layers
            let archive = try scratch.write(image.archive(), to: "image.tar")
            let run = try Program.ocimerge([archive, "--trust", "-t", "demo/made:1", "-o", scratch.path("img") + "/"])
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"], run: run) }
            return scratch.path("img") + ":1"
        }

        /// Expects that `inspect --files` lists what umoci unpacks to `all`.
        private static func compare(_ image: String, in scratch: borrowing TemporaryDirectory) throws {
            try Tool.umoci("unpack", "--rootless", "--image", image, scratch.path("all"))
            let format = #"/%P\0%y\0%m\0%s\0%l\n"#
            let found = try Program.run(
                "find", [".", "-mindepth", "1", "-printf", format], directory: scratch.path("all/rootfs"))
            let expected = Set(found.output.split(separator: 10).map { line($0) })
            let run = try Program.ocimerge(["inspect", "--files", "--json", image])
            #expect(run.status == 0 && run.stderr == "")
            let list = try JSONDecoder().decode(FileList.self, from: Data(run.output))
            #expect(Set(list.files.map(\.line)) == expected)
        }

        /// A line of `find`, with the path in Base64. The sizes of directories and the modes of links are those of the file
        /// system.
        private static func line(_ found: ArraySlice<UInt8>) -> String {
            let words = found.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
            let rest = words.dropFirst().map { String(decoding: $0, as: UTF8.self) }
            let (kind, mode, size, target) = (rest[0], rest[1], rest[2], rest[3])
            let path = Data(words[0]).base64EncodedString()
            return "\(path) \(kind) \(kind == "l" ? "777" : mode) \(kind == "f" ? size : "0") \(target)"
        }

        private struct FileList: Decodable {
            struct File: Decodable {
                let path: String
                let pathBase64: String?
                let type: String
                let mode: String
                let size: Int
                let target: String?

                var line: String {
                    let kind = ["directory": "d", "symlink": "l", "fifo": "p"][type] ?? "f"
                    let bits = String(Int(mode, radix: 8) ?? 0, radix: 8)
                    let path = pathBase64 ?? Data(path.utf8).base64EncodedString()
                    return "\(path) \(kind) \(kind == "l" ? "777" : bits) \(size) \(kind == "l" ? target ?? "" : "")"
                }
            }
            let files: [File]
        }

        /// umoci does not select platforms, so the layout contains one only.
        private func unpack(_ merge: MergeCase, _ platform: String, in directory: String) throws -> (Layout, String) {
            let all = try merge.layout(at: "\(directory)/all")
            let one = "\(directory)/one"
            let run = try Program.ocimerge([all.path, "--platform", platform, "-t", "demo/one:1.0", "-o", one])
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge", all.path], run: run) }
            try Tool.umoci("unpack", "--rootless", "--image", "\(one):1.0", "\(directory)/bundle")
            return (try Layout(one), "\(directory)/bundle/rootfs")
        }
    }
}
