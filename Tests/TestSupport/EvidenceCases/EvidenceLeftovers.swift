extension EvidenceCase {
    /// Cases with executables that are no evidence of the image's platform.
    static let leftovers: [EvidenceCase] = [
        .wrong(
            "an emulator that a cross-build left behind", by: "/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("usr/bin/qemu-s390x-static", amd64)], [.program("bin/app", s390x)])),
        .wrong(
            "emulators that outnumber the programs", by: "/usr/bin/app",
            image: MadeImage(
                "linux/amd64",
                ["aarch64", "arm", "riscv64", "s390x"].map { .program("usr/bin/qemu-\($0)-static", amd64) },
                [.program("usr/bin/app", s390x)])),
        .open(
            "an image whose purpose is an emulator",
            MadeImage(
                "linux/amd64", [.program("usr/bin/qemu-s390x-static", amd64)], run: ["/usr/bin/qemu-s390x-static"])),
        .right(
            "a foreign sysroot with more programs than /bin",
            MadeImage(
                "linux/amd64",
                LayerEntry.programs(12, in: "usr/aarch64-linux-gnu/bin", arm64)
                    + [.program("usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1", arm64)],
                LayerEntry.programs(2, in: "usr/bin", amd64))),
        .open(
            "firmware and kernel modules, and nothing else",
            MadeImage(
                "linux/amd64",
                [
                    .file("lib/firmware/wifi.elf", ProgramFile.bare(.arm)),
                    .file("usr/lib/firmware/gpu.elf", ProgramFile.bare(.mips)),
                    .file("lib/modules/6.1.0/kernel/fs/ext4.ko", ELFFile(.s390x, kind: .relocatable).bytes),
                ])),
        .right(
            "a kernel's modules are relocatable objects, wherever they lie",
            MadeImage(
                "linux/amd64",
                (0..<5).map { .program("opt/driver/\($0).ko", ELFFile(.s390x, kind: .relocatable).bytes) },
                [.program("usr/bin/app", amd64)])),
        .right(
            "test data of a toolchain",
            MadeImage(
                "linux/amd64", LayerEntry.programs(6, in: "usr/local/go/src/debug/elf/testdata", s390x),
                LayerEntry.programs(2, in: "usr/local/go/bin", amd64), run: ["go"]
            ).with(path: "/usr/local/go/bin")),
        .right(
            "libraries for .NET are PE files for any machine",
            MadeImage(
                "linux/amd64", [.program("usr/share/dotnet/dotnet", amd64)],
                [
                    .symbolicLink("usr/bin/dotnet", to: "/usr/share/dotnet/dotnet"),
                    .program("app/app.dll", ProgramFile.windows(ProgramFile.windows386, managed: true)),
                    .program("app/lib.dll", ProgramFile.windows(ProgramFile.windowsAMD64, managed: true)),
                ], run: ["dotnet", "app.dll"]
            ).with(workingDirectory: "/app")),
        .open(
            "libraries for .NET alone",
            MadeImage(
                "linux/arm64", [.file("app/app.dll", ProgramFile.windows(ProgramFile.windows386, managed: true))],
                run: ["dotnet", "/app/app.dll"])),
        .open("no files at all", MadeImage("linux/amd64", [], run: ["/bin/app"])),
        .open("no layers at all", MadeImage("linux/s390x", run: ["/bin/app"])),
        .open(
            "scripts without an interpreter",
            MadeImage(
                "linux/s390x", [.script("entry.sh", "#!/bin/sh\n"), .script("bin/x", "#!\n")], run: ["/entry.sh"])),
        .open(
            "a program cut off inside its header",
            MadeImage("linux/amd64", [.program("bin/app", Array(s390x.prefix(17)))], run: ["/bin/app"])),
        .right(
            "a program cut off inside its header among whole ones",
            MadeImage(
                "linux/amd64",
                [.program("bin/app", Array(s390x.prefix(10)))] + LayerEntry.programs(2, in: "bin", amd64),
                run: ["/bin/app"])),
        .open(
            "a header of an impossible class and order",
            MadeImage("linux/amd64", [.program("bin/app", Array("\u{7f}ELF\u{9}\u{9}\u{9}".utf8) + s390x.dropFirst(7))])
        ),
        .open(
            "links that lead in a circle",
            MadeImage(
                "linux/amd64",
                [.symbolicLink("bin/app", to: "other"), .symbolicLink("bin/other", to: "/bin/app")], run: ["app"])),
        .open(
            "a link to itself, and a script that is its own interpreter",
            MadeImage(
                "linux/amd64", [.symbolicLink("bin", to: "bin"), .script("run", "#!/run\n")], run: ["/run"])),
        .open(
            "as many programs of one machine as of another",
            MadeImage(
                "linux/amd64",
                LayerEntry.programs(2, in: "bin", amd64) + LayerEntry.programs(2, in: "usr/bin", s390x))),
    ]
}
