import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check follows scripts to their interpreter as the kernel does")
struct StartScriptTests {
    @Test("scripts", arguments: interpreters + returns + chains + environments, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static func script(_ line: String, _ name: String = "app") -> LayerEntry {
        .script(name, line + "\necho text\n")
    }

    private static let shell = LayerEntry.bare("bin/sh")

    static let interpreters = [
        StartCase("an interpreter starts", [shell, script("#!/bin/sh")]),
        StartCase("blanks stand before the interpreter", [shell, script("#! \t/bin/sh -e")]),
        StartCase(
            "an absent interpreter", [shell, script("#!/bin/bash")],
            finds: .found(.interpreterAbsent("/bin/bash"), "app")),
        StartCase(
            "the layer of the script is stated", [script("#!/bin/sh")], [script("#!/bin/bash"), shell],
            finds: .found(.interpreterAbsent("/bin/bash"), "app", layer: 1)),
        StartCase(
            "an interpreter that is a link to an absent file",
            [.symbolicLink("bin/sh", to: "busybox"), script("#!/bin/sh")],
            finds: .found(.interpreterAbsent("/bin/sh"), "app")),
        StartCase(
            "an interpreter in a loop of links", [.symbolicLink("bin/sh", to: "sh"), script("#!/bin/sh")],
            finds: .found(.interpreterAbsent("/bin/sh"), "app")),
        StartCase(
            "an interpreter without an execute bit", [shell.with(mode: 0o644), script("#!/bin/sh")],
            finds: .found(.interpreterUnusable("/bin/sh"), "app")),
        StartCase(
            "an interpreter that is a directory", [.directory("bin/sh"), script("#!/bin/sh")],
            finds: .found(.interpreterUnusable("/bin/sh"), "app")),
        StartCase(
            "an interpreter for another processor", [.bare("bin/sh", .s390x)], [script("#!/bin/sh")],
            finds: .found(
                .wrongMachine(found: Machine(architecture: "s390x"), expected: "linux/amd64"), "bin/sh")),
        StartCase(
            "a text without an interpreter line", [.script("app", "echo text\n")], finds: .found(.unknownFormat, "app")),
        StartCase("no interpreter behind the mark", [script("#!")], finds: .found(.interpreterMissing, "app")),
        StartCase(
            "an interpreter behind the bytes that the kernel reads",
            [script("#!/" + String(repeating: "a", count: 300))],
            finds: .found(.interpreterMissing, "app")),
        StartCase("a long argument is cut", [shell, script("#!/bin/sh " + String(repeating: "a", count: 300))]),
        StartCase(
            "a relative interpreter is in the working directory", [.bare("srv/run"), script("#!run")], in: "/srv"),
        StartCase(
            "a relative interpreter is not beside the script", [.bare("run"), script("#!run")], in: "/srv",
            finds: .found(.interpreterAbsent("run"), "app")),
        StartCase(
            "a volume may supply the interpreter", [script("#!/data/sh")], volumes: ["/data"],
            finds: .found(.suppliedOutside(path: "/data/sh", place: "/data"))),
    ]

    static let returns = [
        StartCase(
            "the interpreter ends in a carriage return", [shell, script("#!/bin/sh\r")],
            finds: .found(.carriageReturn("/bin/sh"), "app")),
        StartCase(
            "the option of a shell ends in a carriage return", [shell, script("#!/bin/sh -e\r")],
            finds: .found(.carriageReturn("/bin/sh"), "app")),
        StartCase(
            "a carriage return is the argument of a shell", [shell, script("#!/bin/sh \r")],
            finds: .found(.carriageReturn("/bin/sh"), "app")),
        StartCase(
            "the program of env ends in a carriage return",
            [.bare("usr/bin/env"), .bare("bin/bash"), script("#!/usr/bin/env bash\r")],
            finds: .found(.carriageReturn("bash"), "app")),
        StartCase("a file whose name ends in a carriage return is found", [.bare("bin/sh\r"), script("#!/bin/sh\r")]),
        StartCase("other programs may accept a carriage return", [.bare("bin/cat"), script("#!/bin/cat -u\r")]),
        StartCase("carriage returns in further lines are not checked", [shell, script("#!/bin/sh\necho\r")]),
    ]

    /// `0` is a program, and each script is interpreted by the one before.
    private static func chain(_ count: Int, _ line: (Int) -> String) -> [LayerEntry] {
        [.bare("bin/0")] + (1...count).map { script(line($0 - 1), $0 == count ? "app" : "bin/\($0)") }
    }

    static let chains = [
        StartCase("five scripts in a row start", chain(5) { "#!/bin/\($0)" }),
        StartCase("six scripts in a row", chain(6) { "#!/bin/\($0)" }, finds: .found(.scriptLoop, "app")),
        StartCase("a script that interprets itself", [script("#!/app")], finds: .found(.scriptLoop, "app")),
        StartCase(
            "env starts each script anew", [.bare("bin/env")] + chain(8) { "#!/bin/env \($0)" }),
        StartCase(
            "env starts a script that five others interpret",
            [.bare("bin/env"), script("#!/bin/env 5")] + chain(6) { "#!/bin/\($0)" }.dropLast()),
        StartCase(
            "env starts a script that six others interpret",
            [.bare("bin/env"), script("#!/bin/env 6")] + chain(7) { "#!/bin/\($0)" }.dropLast(),
            finds: .found(.scriptLoop, "bin/6")),
        StartCase(
            "scripts that env starts in a loop",
            [
                .bare("bin/env"), script("#!/bin/env b"), script("#!/bin/env c", "bin/b"),
                script("#!/bin/env b", "bin/c"),
            ],
            finds: .found(.scriptLoop, "app")),
    ]

    private static let env = LayerEntry.bare("usr/bin/env")

    static let environments = [
        StartCase("env finds a program in PATH", [env, .bare("bin/python3"), script("#!/usr/bin/env python3")]),
        StartCase(
            "env finds no program", [env, .bare("bin/python"), script("#!/usr/bin/env python3")],
            finds: .found(.interpreterAbsent("python3"), "app")),
        StartCase(
            "env finds only a file without an execute bit",
            [env, .text("bin/python3", "x"), script("#!/usr/bin/env python3")],
            finds: .found(.interpreterUnusable("python3"), "app")),
        StartCase(
            "env itself is absent", [.bare("bin/python3"), script("#!/usr/bin/env python3")],
            finds: .found(.interpreterAbsent("/usr/bin/env"), "app")),
        StartCase(
            "env takes everything as one name", [env, .bare("bin/python3"), script("#!/usr/bin/env python3 -u")],
            finds: .found(.interpreterAbsent("python3 -u"), "app")),
        StartCase(
            "env splits its argument if asked", [env, .bare("bin/python3"), script("#!/usr/bin/env -S python3 -u")]),
        StartCase(
            "env splits its argument and finds no program", [env, script("#!/usr/bin/env -S python3 -u")],
            finds: .found(.interpreterAbsent("python3"), "app")),
        StartCase("other options of env are not followed", [env, script("#!/usr/bin/env -i")]),
        StartCase("variables of env are not followed", [env, script("#!/usr/bin/env -S A=b python3")]),
        StartCase(
            "env that is a link to another program is followed",
            [.bare("bin/box"), .symbolicLink("usr/bin/env", to: "/bin/box"), script("#!/usr/bin/env python3")],
            finds: .found(.interpreterAbsent("python3"), "app")),
        StartCase(
            "busybox runs its own programs without a file",
            [.bare("bin/busybox"), .symbolicLink("usr/bin/env", to: "/bin/busybox"), script("#!/usr/bin/env ash")]),
        StartCase(
            "env for another processor",
            [.bare("usr/bin/env", .arm64), .bare("bin/python3"), script("#!/usr/bin/env python3")],
            finds: .found(
                .wrongMachine(found: Machine(architecture: "arm64"), expected: "linux/amd64"), "usr/bin/env")),
        StartCase(
            "a shell runs the text that env cannot execute",
            [env, .script("bin/text", "echo\n"), script("#!/usr/bin/env text")]),
        StartCase(
            "a shell runs the empty file that env cannot execute",
            [env, .script("bin/empty", ""), script("#!/usr/bin/env empty")]),
    ]

    @Test("the report names every script on the way to the program", arguments: Listing.allCases)
    func way(_ listing: Listing) throws {
        let example = StartCase(
            "",
            [
                Self.env, .bare("bin/python3"), Self.script("#!/usr/bin/env python3", "bin/run"),
                Self.script("#!/bin/run"),
            ])
        let report = try example.report(listing)
        #expect(report.through == ["app", "bin/run", "usr/bin/env"].map { FilePath($0) })
        #expect(report.program == FilePath("bin/python3"))
    }
}
