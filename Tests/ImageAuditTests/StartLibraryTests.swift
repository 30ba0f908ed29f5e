import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check finds libraries as the loader of glibc does")
struct StartLibraryTests {
    @Test("libraries", arguments: directories + named + origins + kinds + outside, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static let loader = Linked.glibcLoader()
    private static let app = Linked.file("app", needing: "libx.so")
    private static func library(_ path: String) -> LayerEntry { Linked.file(path) }

    private static func unusable(_ path: String) -> StartCase.Found {
        .found(.libraryUnusable("libx.so", chain: [], file: FilePath(path)), "app")
    }

    private static func absent(
        _ name: String = "libx.so", chain: [String] = [], elsewhere: String? = nil, of program: String = "app"
    ) -> StartCase.Found {
        .found(
            .libraryAbsent(name, chain: chain.map { FilePath($0) }, elsewhere: elsewhere.map { FilePath($0) }), program)
    }

    static let directories = [
        StartCase("no library is needed", [Linked.file("app"), loader]),
        StartCase("an absent library", [app, loader], finds: absent()),
        StartCase("a library in /lib", [app, loader, library("lib/libx.so")]),
        StartCase("a library in /usr/lib64", [app, loader, library("usr/lib64/libx.so")]),
        StartCase(
            "a library in the directory of the architecture",
            [app, loader, library("usr/lib/x86_64-linux-gnu/libx.so")]),
        StartCase(
            "a library in another directory", [app, loader, library("opt/libx.so")],
            finds: absent(elsewhere: "opt/libx.so")),
        StartCase(
            "the loader does not read its configuration",
            [app, loader, library("opt/libx.so"), .text("etc/ld.so.conf", "/opt\n")],
            finds: absent(elsewhere: "opt/libx.so")),
        StartCase(
            "a library that the cache names", [app, loader, library("opt/libx.so"), cache("libx.so", "/opt/libx.so")]),
        StartCase(
            "a library that the cache names and that is absent", [app, loader, cache("libx.so", "/opt/libx.so")],
            finds: absent()),
        StartCase(
            "a library for newer processors", [app, loader, library("usr/lib/glibc-hwcaps/x86-64-v3/libx.so")]),
        StartCase(
            "a library that a library needs",
            [app, loader, Linked.file("lib/libx.so", needing: "liby.so"), library("lib/liby.so")]),
        StartCase(
            "the chain to an absent library is stated",
            [
                app, loader, Linked.file("lib/libx.so", needing: "liby.so"),
                Linked.file("lib/liby.so", needing: "libz.so"),
            ],
            finds: absent("libz.so", chain: ["lib/libx.so", "lib/liby.so"])),
        StartCase(
            "libraries that need each other",
            [
                app, loader, Linked.file("lib/libx.so", needing: "liby.so"),
                Linked.file("lib/liby.so", needing: "libx.so", "ld-linux-x86-64.so.2"),
            ]),
        StartCase(
            "a program that ignores the usual directories",
            [Linked.file("app", needing: "libx.so") { $0.flags = 0x800 }, loader, library("lib/libx.so")],
            finds: absent(elsewhere: "lib/libx.so")),
    ]

    /// A cache with one library of 64 bits.
    private static func cache(_ name: String, _ path: String) -> LayerEntry {
        let number = DynamicProgram(.amd64).number
        let texts = Array("\(name)\0\(path)\0".utf8)
        let start = 48 + 24
        let header = Array("glibc-ld.so.cache1.1".utf8) + number(1, 4) + number(texts.count, 4) + number(2, 4)
        let entry = number(0x303, 4) + number(start, 4) + number(start + name.utf8.count + 1, 4) + number(0, 4)
        return .file("etc/ld.so.cache", header + number(0, 16) + entry + number(0, 8) + texts)
    }

    private static func rpath(_ path: String, _ needed: String, _ directories: String) -> LayerEntry {
        Linked.file(path, needing: needed) { $0.rpath = directories }
    }

    private static func runpath(_ path: String, _ needed: String, _ directories: String) -> LayerEntry {
        Linked.file(path, needing: needed) { $0.runpath = directories }
    }

    static let named = [
        StartCase("a library in RPATH", [rpath("app", "libx.so", "/a:/opt"), loader, library("opt/libx.so")]),
        StartCase("a library in RUNPATH", [runpath("app", "libx.so", "/a:/opt"), loader, library("opt/libx.so")]),
        StartCase(
            "RPATH counts for libraries too",
            [
                rpath("app", "libx.so", "/opt"), loader, Linked.file("opt/libx.so", needing: "liby.so"),
                library("opt/liby.so"),
            ]),
        StartCase(
            "RUNPATH does not count for libraries",
            [
                runpath("app", "libx.so", "/opt"), loader, Linked.file("opt/libx.so", needing: "liby.so"),
                library("opt/liby.so"),
            ],
            finds: absent("liby.so", chain: ["opt/libx.so"], elsewhere: "opt/liby.so")),
        StartCase(
            "a library with RUNPATH ignores the RPATH of the program",
            [rpath("app", "libx.so", "/opt"), loader, runpath("opt/libx.so", "liby.so", "/b"), library("opt/liby.so")],
            finds: absent("liby.so", chain: ["opt/libx.so"], elsewhere: "opt/liby.so")),
        StartCase(
            "a program with RUNPATH ignores its RPATH",
            [
                Linked.file("app", needing: "libx.so") { ($0.rpath, $0.runpath) = ("/opt", "/b") }, loader,
                library("opt/libx.so"),
            ],
            finds: absent(elsewhere: "opt/libx.so")),
        StartCase(
            "LD_LIBRARY_PATH counts for libraries too",
            [app, loader, Linked.file("opt/libx.so", needing: "liby.so"), library("opt/liby.so")],
            with: ["LD_LIBRARY_PATH=/b;/opt"]),
        StartCase(
            "an empty part of LD_LIBRARY_PATH is the working directory", [app, loader, library("srv/libx.so")],
            in: "/srv", with: ["LD_LIBRARY_PATH=:/lib64"]),
        StartCase(
            "an empty LD_LIBRARY_PATH names no directory", [app, loader, library("srv/libx.so")], in: "/srv",
            with: ["LD_LIBRARY_PATH="], finds: absent(elsewhere: "srv/libx.so")),
        StartCase(
            "an empty part of RPATH is the working directory",
            [rpath("app", "libx.so", "/opt:"), loader, library("srv/libx.so")], in: "/srv"),
    ]

    static let origins = [
        StartCase(
            "$ORIGIN is the directory of the program, also behind a link",
            [
                rpath("opt/bin/app", "libx.so", "$ORIGIN/../lib"), .symbolicLink("app", to: "opt/bin/app"), loader,
                library("opt/lib/libx.so"),
            ]),
        StartCase("${ORIGIN} is the same", [runpath("app", "libx.so", "${ORIGIN}/a"), loader, library("a/libx.so")]),
        StartCase(
            "$ORIGIN of a library is where the loader finds its link",
            [
                app, loader, runpath("opt/x/libx.so", "liby.so", "$ORIGIN/y"),
                .symbolicLink("lib/libx.so", to: "/opt/x/libx.so"),
                library("lib/y/liby.so"),
            ]),
        StartCase(
            "$ORIGIN of a library is not the directory of its file",
            [
                app, loader, runpath("opt/x/libx.so", "liby.so", "$ORIGIN/y"),
                .symbolicLink("lib/libx.so", to: "/opt/x/libx.so"),
                library("opt/x/y/liby.so"),
            ],
            finds: absent("liby.so", chain: ["opt/x/libx.so"], elsewhere: "opt/x/y/liby.so")),
        StartCase(
            "$LIB is lib or lib64", [rpath("app", "libx.so", "/opt/$LIB"), loader, library("opt/lib64/libx.so")]),
        StartCase(
            "$LIB is the directory of the architecture",
            [
                rpath("app", "libx.so", "/opt/$LIB"), loader, library("opt/lib/x86_64-linux-gnu/libx.so"),
                .directory("lib/x86_64-linux-gnu"),
            ]),
    ]

    static let kinds = [
        StartCase(
            "a library for another processor is skipped",
            [app, loader, Linked.file("lib/libx.so", machine: .i386), library("usr/lib/libx.so")]),
        StartCase(
            "only a library for another processor", [app, loader, Linked.file("lib/libx.so", machine: .i386)],
            finds: unusable("lib/libx.so")),
        StartCase("a text is no library", [app, loader, .text("lib/libx.so", "x")], finds: unusable("lib/libx.so")),
        StartCase(
            "a sparse library may be one", [app, loader, .sparse("lib/libx.so")],
            finds: .found(.unchecked(.content(FilePath("lib/libx.so"))), "lib/libx.so")),
        StartCase(
            "a link to an absent library", [app, loader, .symbolicLink("lib/libx.so", to: "libx.so.1")], finds: absent()
        ),
        StartCase(
            "a library by its path", [Linked.file("app", needing: "/opt/libx.so"), loader, library("opt/libx.so")]),
        StartCase(
            "an absent library by its path", [Linked.file("app", needing: "/opt/libx.so"), loader],
            finds: absent("/opt/libx.so")),
        StartCase(
            "a library that another one was loaded as",
            [
                Linked.file("app", needing: "libx.so.1", "libx.so"), loader,
                Linked.file("lib/libx.so.1") { $0.name = "libx.so" },
            ]),
    ]

    static let outside = [
        StartCase(
            "an absent directory of LD_LIBRARY_PATH may be supplied", [app, loader], with: ["LD_LIBRARY_PATH=/opt"],
            finds: .found(.suppliedOutside(path: "libx.so", place: "LD_LIBRARY_PATH"), "app")),
        StartCase(
            "a directory of LD_LIBRARY_PATH that exists has no library", [app, loader, .directory("opt")],
            with: ["LD_LIBRARY_PATH=/opt"], finds: absent()),
        StartCase(
            "a volume may supply a directory of RPATH", [rpath("app", "libx.so", "/data/lib"), loader],
            volumes: ["/data"],
            finds: .found(.suppliedOutside(path: "libx.so", place: "/data"), "app")),
    ]
}
