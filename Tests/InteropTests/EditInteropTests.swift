import Foundation
import TestSupport
import Testing

/// Edited images under real engines, and beside those that umoci edits.
extension Interop {
    @Suite struct EditInteropTests {
        /// An image of amd64 named demo/e:1 in a layout.
        private static func layout(_ directory: borrowing TemporaryDirectory, _ name: String) throws -> String {
            let path = directory.path(name)
            try run([Program.fixture("docker20/hello-amd64.tar"), "-t", "demo/e:1", "-q", "-o", path])
            return path
        }

        @discardableResult
        private static func run(_ arguments: [String]) throws -> String {
            let run = try Program.ocimerge(arguments)
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
            return run.stdout
        }

        private static func settings(_ layout: String) throws -> NSDictionary {
            let text = try run(["inspect", "--config", layout])
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            var settings = try #require(object?["config"] as? [String: Any])
            // Engines take an empty member for an absent one.
            settings = settings.filter { _, value in
                (value as? [Any])?.isEmpty != true && !(value is NSNull) && (value as? String) != ""
                    && (value as? Bool) != false
            }
            return settings as NSDictionary
        }

        @Test("umoci config makes the same settings", .needs(.umoci))
        func config() throws {
            let directory = try TemporaryDirectory()
            let (ours, theirs) = (try Self.layout(directory, "ours"), try Self.layout(directory, "theirs"))
            try Self.run([
                "edit", ours, "--env", "A=1", "--label", "a.b=c d", "--user", "5:6", "--workdir", "/srv", "--volume",
                "/data", "--expose", "80", "--entrypoint", #"["/bin/hello","x y"]"#, "--cmd", "z", "-q", "-i",
            ])
            try Tool.umoci(
                "config", "--no-history", "--image", "\(theirs):1", "--config.env", "A=1", "--config.label", "a.b=c d",
                "--config.user", "5:6", "--config.workingdir", "/srv", "--config.volume", "/data",
                "--config.exposedports", "80/tcp", "--config.entrypoint", "/bin/hello", "--config.entrypoint", "x y",
                "--config.cmd", "z")
            #expect(try Self.settings(ours) == Self.settings(theirs))
        }

        @Test("umoci insert makes the same files", .needs(.umoci))
        func insert() throws {
            let directory = try TemporaryDirectory()
            let (ours, theirs) = (try Self.layout(directory, "ours"), try Self.layout(directory, "theirs"))
            let folder = directory.path("folder")
            try FileManager.default.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
            try Data("one".utf8).write(to: URL(fileURLWithPath: folder + "/sub/one"))
            try FileManager.default.linkItem(atPath: folder + "/sub/one", toPath: folder + "/two")
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "sub")
            try Self.run(["edit", ours, "--add-layer", "\(folder)=/srv/x", "-q", "-i"])
            try Tool.umoci("insert", "--no-history", "--image", "\(theirs):1", folder, "/srv/x")
            let files = ["inspect", "--files"]
            func names(_ layout: String) throws -> [String] {
                try Self.run(files + [layout]).split(separator: "\n").map(String.init).filter { $0.contains("srv") }
            }
            #expect(try names(ours) == names(theirs))
            try Self.run(["edit", ours, "--delete", "/bin", "-q", "-i"])
            try Tool.umoci("insert", "--no-history", "--whiteout", "--image", "\(theirs):1", "/bin")
            #expect(try Self.run(files + [ours]) == Self.run(files + [theirs]))
        }

        @Test("umoci unpacks an edited image", .needs(.umoci))
        func unpack() throws {
            let directory = try TemporaryDirectory()
            let path = try Self.layout(directory, "layout")
            let folder = directory.path("folder")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("text".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
            try Self.run(["edit", path, "--delete", "/bin/hello", "--add-layer", "\(folder)=/opt/new", "-q", "-i"])
            let bundle = directory.path("bundle")
            try Tool.umoci("unpack", "--rootless", "--image", "\(path):1", bundle)
            let text = try String(contentsOfFile: bundle + "/rootfs/opt/new/file", encoding: .utf8)
            #expect(text == "text")
            #expect(!FileManager.default.fileExists(atPath: bundle + "/rootfs/bin/hello"))
        }

        /// A program of amd64 and the directories to it, in an image without other files.
        private static func scratch(_ directory: borrowing TemporaryDirectory, name: String) throws -> String {
            let (layout, root) = (try layout(directory, "source"), directory.path("root"))
            try FileManager.default.createDirectory(atPath: root + "/app", withIntermediateDirectories: true)
            let program = try Program.ocimerge(["cat", layout, "/bin/hello"])
            try Data(program.output).write(to: URL(fileURLWithPath: root + "/app/hello"))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/app/hello")
            let archive = directory.path("made.tar")
            try run([
                "edit", "scratch", "--platform", "linux/amd64", "--add-layer", root, "--entrypoint", "/app/hello", "-t",
                name, "-q", "-o", archive,
            ])
            return archive
        }

        @Test("docker loads and runs an image from scratch, and an edited one", .needs(.docker))
        func docker() throws {
            let directory = try TemporaryDirectory()
            let tag = DockerTag()
            let archive = try Self.scratch(directory, name: tag.name)
            try Tool.docker("load", "-q", "-i", archive)
            #expect(try Tool.docker("run", "--rm", "--net=none", tag.name).hasSuffix("amd64"))
            let edited = DockerTag()
            try Self.run([
                "edit", archive, "--add-layer", "\(directory.path("root"))=/more", "--entrypoint", "/more/app/hello",
                "-t",
                edited.name, "-q", "-o", directory.path("edited.tar"),
            ])
            try Tool.docker("load", "-q", "-i", directory.path("edited.tar"))
            #expect(try Tool.docker("run", "--rm", "--net=none", edited.name).hasSuffix("amd64"))
        }

        @Test("podman loads an image from scratch", .needs(.podman))
        func podman() throws {
            let directory = try TemporaryDirectory()
            let archive = try Self.scratch(directory, name: "localhost/demo/made:1")
            let storage = [
                "--root", directory.path("storage"), "--runroot", directory.path("run"), "--storage-driver", "vfs",
            ]
            let loaded = try Tool.podman.run(storage + ["load", "-q", "-i", archive]).stdout
            #expect(loaded.contains("localhost/demo/made:1"))
            let found = try Tool.podman.run(
                storage + [
                    "image", "inspect", "--format", "{{.Architecture}} {{.Config.Entrypoint}}", "localhost/demo/made:1",
                ])
            #expect(found.stdout.withoutEndingNewlines == "amd64 [/app/hello]")
        }
    }
}
