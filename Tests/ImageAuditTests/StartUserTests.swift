import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check knows the user of a container and the permissions")
struct StartUserTests {
    @Test("users", arguments: names + permissions + directories, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static let passwd = LayerEntry.text(
        "etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/:/bin/sh\n")
    private static let group = LayerEntry.text("etc/group", "root:x:0:\nstaff:x:50:\naudio:x:29:app\n")
    private static let program = LayerEntry.bare("app")
    private static let long = LayerEntry.file("etc/passwd", [UInt8](repeating: 0x0a, count: 1 << 20 + 1))

    static let names = [
        StartCase("a user of passwd", [program, passwd], as: "app"),
        StartCase(
            "a user that passwd lacks", [program], [passwd], as: "web",
            finds: .found(.userAbsent("web", inFile: true), "etc/passwd", layer: 1)),
        StartCase("a user without passwd", [program], as: "app", finds: .found(.userAbsent("app", inFile: false))),
        StartCase(
            "a user that an upper layer removes", [program, passwd], [.text("etc/passwd", "root:x:0:0::/:\n")],
            as: "app", finds: .found(.userAbsent("app", inFile: true), "etc/passwd", layer: 1)),
        StartCase("a number without passwd", [program], as: "1000"),
        StartCase("a number that passwd lacks", [program, passwd], as: "4242:4343"),
        StartCase("the largest number", [program], as: "2147483647"),
        StartCase(
            "a number that is too large", [program], as: "2147483648", finds: .found(.invalidNumber("2147483648"))),
        StartCase("a group by name", [program, passwd, group], as: "app:staff"),
        StartCase(
            "a group that the file lacks", [program, passwd, group], as: "app:web",
            finds: .found(.groupAbsent("web", inFile: true), "etc/group")),
        StartCase(
            "a group without a file", [program, passwd], as: "app:web",
            finds: .found(.groupAbsent("web", inFile: false))),
        StartCase(
            "a group whose number is too large", [program, passwd], as: "app:2147483648",
            finds: .found(.invalidNumber("2147483648"))),
        StartCase(
            "user and group are absent", [program], as: "web:www", finds: .found(.userAbsent("web", inFile: false)),
            .found(.groupAbsent("www", inFile: false))),
        StartCase(
            "the rest is checked for root if the user is absent", [.bare("app").with(mode: 0o644)], as: "web",
            finds: .found(.userAbsent("web", inFile: false)),
            .found(.notExecutable(mode: 0o644, user: "root"), "app")),
        StartCase(
            "passwd is a link",
            [
                program, .text("data/accounts/passwd", "app:x:1:1::/:\n"),
                .symbolicLink("etc/passwd", to: "/data/accounts/passwd"),
            ], as: "app"),
        StartCase(
            "passwd is too long to be read", [program, long], as: "app",
            finds: .found(.unchecked(.content(FilePath("etc/passwd"))), "etc/passwd")),
    ]

    private static func mode(_ mode: Int64, user: Int = 0, group: Int = 0) -> LayerEntry {
        program.with(mode: mode, user: user, group: group)
    }

    private static func refused(_ mode: Int, _ user: String) -> StartCase.Found {
        .found(.notExecutable(mode: mode, user: user), "app")
    }

    static let permissions = [
        StartCase("root executes a file of any user with any execute bit", [mode(0o641, user: 7, group: 7)]),
        StartCase("root executes no file without an execute bit", [mode(0o666)], finds: refused(0o666, "root")),
        StartCase("others may execute", [mode(0o755)], as: "1000"),
        StartCase("only root may execute", [mode(0o700)], as: "1000", finds: refused(0o700, "1000")),
        StartCase("user 0 by number is root", [mode(0o700, user: 7)], as: "0"),
        StartCase("the owner may execute", [mode(0o700, user: 1000)], as: "1000"),
        StartCase(
            "the bits of the owner count for the owner", [mode(0o655, user: 1000)], as: "1000",
            finds: refused(0o655, "1000")),
        StartCase("the user's own group may execute", [mode(0o750, group: 1001), passwd, group], as: "app"),
        StartCase("a group that lists the user may execute", [mode(0o750, group: 29), passwd, group], as: "app"),
        StartCase(
            "another group may execute", [mode(0o750, group: 50), passwd, group], as: "app",
            finds: refused(0o750, "app")),
        StartCase(
            "the group that the config names may execute", [mode(0o750, group: 50), passwd, group], as: "app:staff"),
        StartCase(
            "a group that the config names replaces the others", [mode(0o750, group: 29), passwd, group],
            as: "app:staff", finds: refused(0o750, "app:staff")),
        StartCase(
            "a number of passwd has the groups of its user", [mode(0o750, group: 29), passwd, group], as: "1000"),
        StartCase("a number without passwd is in group 0", [mode(0o750)], as: "4242"),
        StartCase(
            "the bits of the group count for its members", [mode(0o705, group: 50)], as: "4242:50",
            finds: refused(0o705, "4242:50")),
    ]

    private static let shell = LayerEntry.bare("bin/sh")
    private static let script = LayerEntry.script("app", "#!/bin/sh\n").with(mode: 0o711)

    private static func closed(_ path: String, _ mode: Int64, user: Int = 0) -> LayerEntry {
        LayerEntry.directory(path).with(mode: mode, user: user)
    }

    private static func shut(_ directory: String, _ program: String) -> StartCase.Found {
        .found(.notSearchable(path: FilePath(program), mode: 0o700, user: "1000"), directory)
    }

    static let directories = [
        StartCase("root reads every script", [shell, script.with(mode: 0o711, user: 7)]),
        StartCase(
            "a script that the user may not read", [shell, script], as: "1000",
            finds: .found(.notReadable(mode: 0o711, user: "1000"), "app")),
        StartCase("the owner reads the script", [shell, script.with(mode: 0o711, user: 1000)], as: "1000"),
        StartCase("a program need not be readable", [mode(0o711)], as: "1000"),
        StartCase(
            "an interpreter that only root may execute", [shell.with(mode: 0o700), script.with(mode: 0o755)],
            as: "1000", finds: .found(.interpreterUnusable("/bin/sh"), "app")),
        StartCase("root searches a closed directory", [closed("a", 0o700, user: 7), .bare("a/app")], run: ["/a/app"]),
        StartCase(
            "a closed directory", [closed("a", 0o700), .bare("a/b/app")], run: ["/a/b/app"], as: "1000",
            finds: shut("a", "a/b/app")),
        StartCase(
            "a directory that can be searched but not read", [closed("a", 0o711), .bare("a/app")],
            run: ["/a/app"], as: "1000"),
        StartCase(
            "the owner searches a directory", [closed("a", 0o700, user: 1000), .bare("a/app")], run: ["/a/app"],
            as: "1000"),
        StartCase(
            "a link leads into a closed directory",
            [closed("a", 0o700), .bare("a/real"), .symbolicLink("app", to: "a/real")],
            as: "1000", finds: shut("a", "a/real")),
        StartCase(
            "a closed directory above the working directory does not matter to relative paths",
            [closed("a", 0o700), .directory("a/srv"), .bare("a/srv/app")], run: ["./app"], as: "1000",
            in: "/a/srv"),
        StartCase(
            "a closed directory above the working directory matters to paths that climb",
            [closed("a", 0o700), .directory("a/srv"), .bare("a/app")], run: ["../app"], as: "1000",
            in: "/a/srv", finds: shut("a", "a/app")),
        StartCase(
            "a closed directory above the working directory matters to absolute paths",
            [closed("a", 0o700), .directory("a/srv"), .bare("a/srv/app")], run: ["/a/srv/app"], as: "1000",
            in: "/a/srv", finds: shut("a", "a/srv/app")),
        StartCase(
            "a working directory that is closed", [closed("srv", 0o700), .bare("srv/app")], run: ["./app"],
            as: "1000", in: "/srv", finds: shut("srv", "srv/app")),
    ]
}
