import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check finds the file of a command as container runtimes do")
struct StartPathTests {
    @Test("paths", arguments: paths + searches + links + directories + mounts, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    static let paths = [
        StartCase("a program starts", [.bare("app")]),
        StartCase("an absent program", [.bare("other")], finds: .found(.absent(path: "/app"))),
        StartCase("a program of a lower layer starts", [.bare("app")], [.bare("other")]),
        StartCase(
            "a program that an upper layer removes", [.bare("app")], [.whiteout("app")],
            finds: .found(.absent(path: "/app"))),
        StartCase(
            "a program in a directory that an upper layer replaces starts", [], [.opaque("a"), .bare("a/app")],
            run: ["/a/app"]),
        StartCase(
            "a program in a directory that an upper layer empties", [.bare("a/app")], [.opaque("a")], run: ["/a/app"],
            finds: .found(.absent(path: "/a/app"))),
        StartCase("a path with empty and climbing parts starts", [.bare("a/app")], run: ["//a/./../../a/app"]),
        StartCase("a path below a file", [.bare("app")], run: ["/app/x"], finds: .found(.absent(path: "/app/x"))),
        StartCase(
            "a file with a slash behind it", [.bare("app")], run: ["/app/"],
            finds: .found(.slashAfterFile(path: "/app/"), "app")),
        StartCase(
            "a directory", [.bare("other")], [.directory("app")], finds: .found(.notAFile(.directory), "app", layer: 1)),
        StartCase("the root", [.bare("app")], run: ["/"], finds: .found(.notAFile(.directory), "", layer: nil)),
        StartCase(
            "a file without an execute bit", [.bare("app").with(mode: 0o644)],
            finds: .found(.notExecutable(mode: 0o644, user: "root"), "app")),
        StartCase("an upper layer makes the file executable", [.bare("app").with(mode: 0o644)], [.bare("app")]),
        StartCase(
            "an upper layer takes the execute bit", [.bare("app")], [.bare("app").with(mode: 0o644)],
            finds: .found(.notExecutable(mode: 0o644, user: "root"), "app", layer: 1)),
        StartCase("a hard link to a program starts", [.bare("other"), .hardLink("app", to: "other")]),
        StartCase(
            "a file that a mount hides", [.bare("dev/app")], run: ["/dev/app"],
            finds: .found(.hidden(mount: "/dev"), "dev/app")),
        StartCase("a directory named like a mount", [.bare("opt/dev/app")], run: ["/opt/dev/app"]),
        StartCase(
            "a hard link without an execute bit", [.bare("other"), .hardLink("app", to: "other").with(mode: 0o644)],
            finds: .found(.notExecutable(mode: 0o644, user: "root"), "app")),
        StartCase(
            "a hard link that gives its file an execute bit",
            [.bare("other").with(mode: 0o644), .hardLink("app", to: "other")]),
        StartCase(
            "a working directory that is no absolute path", [.bare("app")], in: "tmp",
            finds: .found(.relativeDirectory("tmp"))),
        StartCase(
            "an empty command", [.bare("app")], run: ["", "app"],
            finds: .found(
                .notInPath(word: "", path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))),
    ]

    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    static let searches = [
        StartCase("a program in a directory of PATH starts", [.bare("b/app")], run: ["app"], with: ["PATH=/a:/b"]),
        StartCase(
            "a program in no directory of PATH", [.bare("c/app")], run: ["app"], with: ["PATH=/a:/b"],
            finds: .found(.notInPath(word: "app", path: "/a:/b"))),
        StartCase("without PATH the usual directories are searched", [.bare("usr/local/sbin/app")], run: ["app"]),
        StartCase(
            "without PATH other directories are not searched", [.bare("opt/app")], run: ["app"],
            finds: .found(.notInPath(word: "app", path: usualPath))),
        StartCase("the last PATH counts", [.bare("b/app")], run: ["app"], with: ["PATH=/a", "PATH=/b"]),
        StartCase(
            "the first PATH does not count", [.bare("a/app")], run: ["app"], with: ["PATH=/a", "PATH=/b"],
            finds: .found(.notInPath(word: "app", path: "/b"))),
        StartCase(
            "a file without an execute bit does not end the search", [.text("a/app", "x"), .bare("b/app")],
            run: ["app"], with: ["PATH=/a:/b"]),
        StartCase(
            "only a file without an execute bit is in PATH", [.text("a/app", "x")], run: ["app"], with: ["PATH=/a:/b"],
            finds: .found(.notExecutable(mode: 0o644, user: "root"), "a/app")),
        StartCase(
            "a directory does not end the search", [.directory("a/app"), .bare("b/app")], run: ["app"],
            with: ["PATH=/a:/b"]),
        StartCase(
            "only a directory is in PATH", [.directory("a/app")], run: ["app"], with: ["PATH=/a:/b"],
            finds: .found(.notAFile(.directory), "a/app")),
        StartCase(
            "a link that leads nowhere does not end the search", [.symbolicLink("a/app", to: "gone"), .bare("b/app")],
            run: ["app"], with: ["PATH=/a:/b"]),
        StartCase(
            "a path with a slash is not searched in PATH", [.bare("b/a/app")], run: ["a/app"],
            with: ["PATH=/b"], finds: .found(.absent(path: "/a/app"))),
    ]

    private static func chain(_ count: Int) -> [LayerEntry] {
        [.bare("0")] + (1...count).map { .symbolicLink($0 == count ? "app" : "\($0)", to: "\($0 - 1)") }
    }

    static let links = [
        StartCase("a link to a program starts", [.bare("usr/bin/real"), .symbolicLink("app", to: "usr/bin/real")]),
        StartCase(
            "a link to an absent file", [.symbolicLink("app", to: "gone")],
            finds: .found(.danglingLink(target: "gone"), "app")),
        StartCase(
            "an absolute link is inside the image", [.bare("b/real"), .symbolicLink("a/app", to: "/b/real")],
            run: ["/a/app"]),
        StartCase("a link above the root stays in the root", [.bare("real"), .symbolicLink("app", to: "../../real")]),
        StartCase(
            "a link whose target an upper layer removes", [.bare("real")],
            [.symbolicLink("app", to: "/real")], [.whiteout("real")],
            finds: .found(.danglingLink(target: "/real"), "app", layer: 1)),
        StartCase(
            "a directory may be a link", [.bare("usr/bin/app"), .symbolicLink("bin", to: "usr/bin")],
            run: ["/bin/app"]),
        StartCase(
            "a directory that is a link to an absent one", [.bare("app"), .symbolicLink("bin", to: "usr/bin")],
            run: ["/bin/app"], finds: .found(.danglingLink(target: "usr/bin"), "bin")),
        StartCase(
            "a file is absent behind a link to a directory",
            [.directory("usr/bin"), .symbolicLink("bin", to: "usr/bin")],
            run: ["/bin/app"], finds: .found(.absent(path: "/bin/app"))),
        StartCase(
            "a link to a directory", [.directory("real"), .symbolicLink("app", to: "real")],
            finds: .found(.notAFile(.directory), "real")),
        StartCase("40 links are followed", chain(40)),
        StartCase("41 links are too many", chain(41), finds: .found(.endlessLink(path: "/app"), "app", layer: nil)),
        StartCase(
            "links that lead to each other", [.symbolicLink("app", to: "b"), .symbolicLink("b", to: "app")],
            finds: .found(.endlessLink(path: "/app"), "app", layer: nil)),
    ]

    static let directories = [
        StartCase("a relative path is in the working directory", [.bare("srv/app")], run: ["./app"], in: "/srv"),
        StartCase(
            "a relative path is not in the root", [.bare("app"), .directory("srv")], run: ["./app"], in: "/srv",
            finds: .found(.absent(path: "/srv/app"))),
        StartCase("an absent working directory is made", [.bare("app")], in: "/srv/deep"),
        StartCase(
            "a path leads through an absent working directory", [.bare("app")], run: ["../../app"],
            in: "/srv/deep"),
        StartCase(
            "a path does not lead through another absent directory", [.bare("app")], run: ["../other/../app"],
            in: "/srv", finds: .found(.absent(path: "/srv/../other/../app"))),
        StartCase(
            "a working directory may be a link", [.bare("a/app"), .symbolicLink("srv", to: "a")],
            run: ["./app"], in: "/srv"),
        StartCase(
            "a working directory that is a file", [.bare("app"), .text("srv", "x")], in: "/srv",
            finds: .found(.notADirectory(.file), "srv")),
        StartCase(
            "a working directory in a loop of links", [.bare("app"), .symbolicLink("srv", to: "srv")], in: "/srv",
            finds: .found(.endlessLink(path: "/srv"), "srv", layer: nil)),
        StartCase(
            "a working directory below a file", [.bare("app"), .text("srv", "x")], in: "/srv/deep/er",
            finds: .found(.notADirectory(.file), "srv")),
    ]

    static let mounts = [
        StartCase(
            "a runtime mounts /proc", [.bare("app")], run: ["/proc/self/exe"],
            finds: .found(.suppliedOutside(path: "/proc/self/exe", place: "/proc"))),
        StartCase(
            "a volume may supply the program", [.bare("other")], run: ["/data/app"], volumes: ["/data"],
            finds: .found(.suppliedOutside(path: "/data/app", place: "/data"))),
        StartCase(
            "a volume may supply the target of a link", [.symbolicLink("app", to: "data/app")], volumes: ["/data"],
            finds: .found(.suppliedOutside(path: "/data/app", place: "/data"))),
        StartCase(
            "a volume in an absent directory may supply the target of a link",
            [.symbolicLink("app", to: "/srv/data/bin/app")], volumes: ["/srv/data/"],
            finds: .found(.suppliedOutside(path: "/srv/data/bin/app", place: "/srv/data"))),
        StartCase(
            "a volume is where its links lead", [.symbolicLink("var/run", to: "/run")], run: ["/run/data/app"],
            volumes: ["/var/run/data"],
            finds: .found(.suppliedOutside(path: "/run/data/app", place: "/run/data"))),
        StartCase(
            "a volume with a longer name supplies nothing", [.bare("other")], run: ["/data/app"], volumes: ["/data1"],
            finds: .found(.absent(path: "/data/app"))),
        StartCase(
            "a program in a volume is part of the image", [.bare("data/app")], run: ["/data/app"],
            volumes: ["/data"]),
    ]

    @Test("the report names the program, and the links that lead there", arguments: Listing.allCases)
    func program(_ listing: Listing) throws {
        let example = StartCase("", [.bare("real"), .symbolicLink("app", to: "real")])
        let report = try example.report(listing)
        #expect(report.program == FilePath("real"))
        #expect(report.through == [FilePath("app")])
        #expect(report.isChecked && report.severity == nil)
    }

    @Test("the command is run if there is no entrypoint, and else is its argument")
    func command() throws {
        var example = StartCase("", [.bare("app")], run: [])
        #expect(try example.report(.read).findings.map(\.problem) == [.nothingToRun])
        #expect(try !example.report(.read).isChecked)
        example.config.command = ["/app"]
        #expect(try example.report(.read).program == FilePath("app"))
        example.config.entrypoint = ["/gone"]
        #expect(try example.report(.read).findings.map(\.problem) == [.absent(path: "/gone")])
    }

    @Test("a wrapper is named, and its command is not checked")
    func wrapper() throws {
        let report = try StartCase("", [.bare("tini")], run: ["/tini", "--", "/gone"]).report(.window)
        #expect(report.findings.map(\.problem) == [.wrapper("tini")])
        #expect(report.wrapper == "tini" && report.isChecked && report.severity == .note)
        #expect(try StartCase("", [.bare("tini")], run: ["/tini"]).report(.window).findings == [])
    }

    @Test("images of other systems are not checked")
    func otherSystem() throws {
        let report = try StartCase("", [], on: "freebsd/amd64").report(.read)
        #expect(report.findings.map(\.problem) == [.unchecked(.system("freebsd"))])
        #expect(!report.isChecked)
    }
}
