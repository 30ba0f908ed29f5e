extension EvidenceCase {
    /// Cases in which upper layers replace, delete or hide files of lower layers.
    static let layering: [EvidenceCase] = [
        .right(
            "a foreign program that an upper layer replaced",
            MadeImage("linux/amd64", [.program("bin/app", s390x)], [.program("bin/app", amd64)], run: ["/bin/app"])),
        .wrong(
            "a program that an upper layer replaced by a foreign one", by: "/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("bin/app", amd64)], [.program("bin/app", s390x)], run: ["/bin/app"])),
        .right(
            "foreign programs that an upper layer deletes",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "bin", s390x),
                (0..<3).map { .whiteout("bin/tool-\($0)") } + [.program("bin/app", amd64)])),
        .wrong(
            "an entrypoint that an upper layer deletes", by: "/usr/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("usr/bin/app", s390x), .program("bin/app", amd64)], [.whiteout("bin/app")],
                run: ["app"]
            ).with(path: "/bin:/usr/bin")),
        .right(
            "foreign programs below an opaque directory",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "bin", s390x),
                [.directory("bin"), .opaque("bin"), .program("bin/app", amd64)])),
        .right(
            "an opaque directory hides nothing of its own layer, in any order",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "bin", s390x), [.program("bin/app", amd64), .opaque("bin")])),
        .right(
            "a deleted directory that a still higher layer creates again",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "usr/local/bin", s390x), [.whiteout("usr/local")],
                [.program("usr/local/bin/app", amd64)])),
        .right(
            "a directory of foreign programs that became a link",
            MadeImage(
                "linux/amd64", LayerEntry.programs(3, in: "bin", s390x),
                [.program("usr/bin/app", amd64), .symbolicLink("bin", to: "usr/bin")], run: ["/bin/app"])),
        .wrong(
            "a program put through a link of a lower layer", by: "/usr/bin/app", "/bin/app",
            image: MadeImage(
                "linux/amd64", [.directory("usr/bin"), .symbolicLink("bin", to: "usr/bin")],
                [.program("bin/app", s390x)], run: ["/usr/bin/app"])),
        .right(
            "a hard link keeps what its target was when an upper layer replaces the target",
            MadeImage(
                "linux/amd64", [.program("bin/busybox", amd64), .hardLink("bin/app", to: "bin/busybox")],
                [.program("bin/busybox", s390x)], run: ["/bin/app"])),
        .wrong(
            "a hard link to a file of the layer below", by: "/bin/busybox", "/bin/app",
            image: MadeImage(
                "linux/amd64", [.program("bin/busybox", s390x)], [.hardLink("bin/app", to: "bin/busybox")],
                run: ["/bin/app"])),
        .right(
            "what stands first in the search path and is no program is passed over",
            MadeImage(
                "linux/amd64", [.file("usr/local/bin/app", Array("notes\n".utf8)), .program("bin/app", amd64)],
                LayerEntry.programs(3, in: "opt", s390x), run: ["app"])),
        .right(
            "the same path twice in one layer: the last counts",
            MadeImage("linux/amd64", [.program("bin/app", s390x), .program("bin/app", amd64)], run: ["/bin/app"])),
        .wrong(
            "layers without a program above and below", by: "/bin/app",
            image: MadeImage(
                "linux/amd64", [.file("etc/passwd", Array("root:x:0:0:::\n".utf8))], [.program("bin/app", s390x)],
                [.file("etc/motd", Array("hello\n".utf8))], run: ["/bin/app"])),
        .wrong(
            "names that begin with ./", by: "/bin/app",
            image: MadeImage("linux/amd64", [.directory("./bin"), .program("./bin/app", s390x)], run: ["/bin/app"])),
        .wrong(
            "a name with a terminal escape sequence", by: "/bin/\u{1b}[31mapp",
            image: MadeImage(
                "linux/amd64", [.program("bin/\u{1b}[31mapp", s390x)], run: ["/bin/\u{1b}[31mapp"])),
    ]
}
