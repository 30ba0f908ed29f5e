extension EvidenceCase {
    /// Cases for the ways in which a config names the program to run.
    static let programs: [EvidenceCase] = [
        .right("ENTRYPOINT is a program", MadeImage("linux/amd64", [.program("bin/app", amd64)], run: ["/bin/app"])),
        .wrong(
            "ENTRYPOINT is a program of another machine", by: "/bin/app",
            image: MadeImage("linux/amd64", [.program("bin/app", s390x)], run: ["/bin/app"])),
        .wrong(
            "a program without sections and loader, as Go links it", by: "/app",
            image: MadeImage("linux/amd64", [.program("app", ProgramFile.bare(.s390x))], run: ["/app"])),
        .wrong(
            "CMD only", by: "/bin/app",
            image: MadeImage("linux/amd64", [.program("bin/app", s390x)]).with(command: ["/bin/app", "--serve"])),
        .wrong(
            "ENTRYPOINT counts before CMD, which is its argument", by: "/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("bin/app", s390x), .program("bin/other", amd64)], run: ["/bin/app"]
            ).with(command: ["/bin/other"])),
        .wrong(
            "ENTRYPOINT without a slash: the first of PATH that is there", by: "/opt/app/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("opt/app/bin/app", s390x), .program("usr/bin/app", amd64)], run: ["app"]
            ).with(path: "/nowhere:/opt/app/bin:/usr/bin")),
        .wrong(
            "without PATH in the environment there is a usual one", by: "/usr/bin/app",
            image: MadeImage("linux/amd64", [.program("usr/bin/app", s390x)], run: ["app"]).with(path: nil)),
        .wrong(
            "ENTRYPOINT relative to the working directory", by: "/srv/app/run",
            image: MadeImage("linux/amd64", [.program("srv/app/run", s390x)], run: ["./run"])
                .with(workingDirectory: "/srv/app")),
        .wrong(
            "a chain of links: relative, absolute, a directory, a hard link", by: "/srv/real", "/srv/first",
            image: MadeImage(
                "linux/amd64",
                [
                    .program("srv/first", s390x), .hardLink("srv/real", to: "srv/first"),
                    .symbolicLink("opt/lib/app", to: "/srv/real"), .symbolicLink("opt/bin/app", to: "../lib/app"),
                    .symbolicLink("usr/bin", to: "../opt/bin"), .program("bin/decoy", amd64),
                ], run: ["app"])),
        .wrong(
            "the same links with the hard link to a name that begins with ./", by: "/srv/real", "/srv/first",
            image: MadeImage(
                "linux/amd64", [.program("./srv/first", s390x), .hardLink("./srv/real", to: "./srv/first")],
                run: ["/srv/real"])),
        .wrong(
            "a link that climbs above the root stays inside", by: "/srv/app",
            image: MadeImage(
                "linux/amd64",
                [.program("srv/app", s390x), .symbolicLink("bin/app", to: "../../../../../srv/app")],
                run: ["/bin/app"])),
        .wrong(
            "the shell form: /bin/sh -c", by: "/bin/busybox",
            image: MadeImage(
                "linux/amd64", [.program("bin/busybox", s390x), .symbolicLink("bin/sh", to: "busybox")],
                run: ["/bin/sh", "-c", "exec app"])),
        .wrong(
            "a script whose shell is in a lower layer, behind a link of directories", by: "/usr/bin/dash",
            image: MadeImage(
                "linux/amd64",
                [
                    .symbolicLink("bin", to: "usr/bin"), .directory("usr/bin"), .program("usr/bin/dash", s390x),
                    .symbolicLink("usr/bin/sh", to: "dash"),
                ], [.script("entry.sh", "#!/bin/sh -e\nexec \"$@\"\n")], run: ["/entry.sh"])),
        .wrong(
            "a script through env, which looks in PATH", by: "/usr/bin/python3.11", "/usr/bin/env",
            image: MadeImage(
                "linux/amd64",
                [
                    .program("usr/bin/env", s390x), .program("usr/bin/python3.11", s390x),
                    .symbolicLink("usr/bin/python3", to: "python3.11"),
                ], [.script("app.py", "#!/usr/bin/env python3\n")], run: ["/app.py"])),
        .wrong(
            "a script through env -S", by: "/usr/bin/node", "/usr/bin/env",
            image: MadeImage(
                "linux/amd64", [.program("usr/bin/env", s390x), .program("usr/bin/node", s390x)],
                [.script("app.js", "#!/usr/bin/env -S node --enable-source-maps\n")], run: ["/app.js"])),
        .wrong(
            "a script whose interpreter is a script", by: "/bin/sh",
            image: MadeImage(
                "linux/amd64", [.program("bin/sh", s390x)],
                [.script("bin/wrap", "#! /bin/sh\n"), .script("entry", "#!/bin/wrap\n")], run: ["/entry"])),
        .wrong(
            "no ENTRYPOINT and no CMD: what /bin holds", by: "/bin/tool-0", "/bin/tool-1", "/bin/tool-2",
            image: MadeImage("linux/amd64", LayerEntry.programs(3, in: "bin", s390x))),
        .wrong(
            "ENTRYPOINT is not in the layers: what /usr/bin holds", by: "/usr/bin/tool-0", "/usr/bin/tool-1",
            image: MadeImage("linux/amd64", LayerEntry.programs(2, in: "usr/bin", s390x), run: ["/bin/absent"])),
        .wrong(
            "nothing in the bin directories: the one program elsewhere", by: "/opt/app/server",
            image: MadeImage("linux/amd64", [.program("opt/app/server", s390x)])),
        .wrong(
            "libraries and a loader, no program", by: "/lib/ld64.so.1",
            image: MadeImage(
                "linux/amd64",
                [
                    .program("lib/ld64.so.1", ELFFile(.s390x, kind: .shared).bytes),
                    .file("lib/s390x-linux-gnu/libc.so.6", ELFFile(.s390x, kind: .shared).bytes),
                ])),
        .wrong(
            "a name too long for the header of a tar", by: "/opt/\(String(repeating: "long/", count: 30))app",
            image: MadeImage(
                "linux/amd64", [.program("opt/\(String(repeating: "long/", count: 30))app", s390x)],
                run: ["/opt/\(String(repeating: "long/", count: 30))app"])),
    ]
}
