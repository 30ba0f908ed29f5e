private let exe = ProgramFile.windows(ProgramFile.windowsAMD64)
private let exeARM64 = ProgramFile.windows(ProgramFile.windowsARM64)

extension EvidenceCase {
    /// Cases of processors that run each other's programs, and of Windows.
    static let systems: [EvidenceCase] = [
        .right(
            "a 386 program as entrypoint of an amd64 image runs",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "usr/bin", amd64), [.program("opt/old", i386)],
                run: ["/opt/old"])),
        .wrong(
            "an image of 386 programs only is no amd64 image", is: "linux/386", by: "/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("bin/app", i386)] + LayerEntry.programs(3, in: "usr/bin", i386),
                run: ["/bin/app"])),
        .wrong(
            "an amd64 program does not run on 386", is: "linux/amd64", by: "/bin/app",
            image: MadeImage("linux/386", [.program("bin/app", amd64)], run: ["/bin/app"])),
        .right(
            "programs for arm v6 run on v7",
            MadeImage("linux/arm/v7", [.program("bin/app", ProgramFile.arm(version: 6))], run: ["/bin/app"])),
        .right(
            "programs for arm v5 run on v6",
            MadeImage("linux/arm/v6", [.program("bin/app", ProgramFile.real("armv5"))], run: ["/bin/app"])),
        .wrong(
            "programs for arm v7 do not run on v6", is: "linux/arm/v7", by: "/bin/app",
            image: MadeImage("linux/arm/v6", [.program("bin/app", ProgramFile.real("armv7"))], run: ["/bin/app"])),
        .wrong(
            "programs for arm v7 do not run on v5", is: "linux/arm/v7", by: "/bin/app",
            image: MadeImage("linux/arm/v5", [.program("bin/app", ProgramFile.real("armv7"))], run: ["/bin/app"])),
        .wrong(
            "programs for arm v6 do not run on v5", is: "linux/arm/v6", by: "/bin/app",
            image: MadeImage("linux/arm/v5", [.program("bin/app", ProgramFile.arm(version: 6))], run: ["/bin/app"])),
        .right(
            "arm without a variant is v7",
            MadeImage("linux/arm", [.program("bin/app", ProgramFile.real("armv7"))], run: ["/bin/app"])),
        .right(
            "arm64 with its usual variant",
            MadeImage("linux/arm64/v8", [.program("bin/app", arm64)], run: ["/bin/app"])),
        .wrong(
            "the other byte order is another architecture", is: "linux/ppc64le", by: "/bin/app",
            image: MadeImage("linux/ppc64", [.program("bin/app", ProgramFile.real("ppc64le"))], run: ["/bin/app"])),
        .right(
            "a Windows image", MadeImage("windows/amd64", windowsFiles(exe), run: [#"C:\app\server.exe"#])),
        .wrong(
            "a Windows image for another processor", is: "windows/arm64", by: "/files/app/server.exe",
            image: MadeImage("windows/amd64", windowsFiles(exeARM64), run: [#"C:\app\server.exe"#])),
        .wrong(
            "a Windows image that says Linux", is: "windows/amd64", by: "/files/windows/system32/cmd.exe",
            "/files/app/server.exe", "/files/windows/system32/ntdll.dll",
            image: MadeImage("linux/amd64", windowsFiles(exe), run: ["cmd"])),
        .wrong(
            "an entrypoint of Windows through its own PATH", is: "windows/arm64",
            by: "/files/windows/system32/cmd.exe",
            image: MadeImage("windows/amd64", windowsFiles(exeARM64), run: ["cmd", "/S", "/C", "dir"]).with(path: nil)),
    ]

    /// Files at the paths that the layers of nanoserver use.
    private static func windowsFiles(_ program: [UInt8]) -> [LayerEntry] {
        [
            .directory("Files"), .directory("Files/Windows"), .directory("Files/Windows/System32"),
            .program("Files/Windows/System32/cmd.exe", program),
            .program("Files/Windows/System32/ntdll.dll", program),
            .directory("Files/app"), .program("Files/app/server.exe", program),
            .directory("Hives"), .file("Hives/DefaultUser_Delta", Array("regf".utf8)),
        ]
    }
}
