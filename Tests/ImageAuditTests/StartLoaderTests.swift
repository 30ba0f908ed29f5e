import TestSupport
import Testing

@testable import ImageAudit

/// Programs and libraries for the loaders of glibc and musl.
enum Linked {
    static let glibc = "lib64/ld-linux-x86-64.so.2"
    static let musl = "lib/ld-musl-x86_64.so.1"

    static func file(
        _ path: String, needing libraries: String..., loader: String = glibc, machine: ELFMachine = .amd64,
        change: (inout DynamicProgram) -> Void = { _ in }
    ) -> LayerEntry {
        var program = DynamicProgram(machine)
        program.interpreter = Array("/\(loader)\0".utf8)
        program.needed = libraries
        change(&program)
        return .program(path, program.bytes)
    }

    /// A loader of glibc, which defines versions as the real one does.
    static func glibcLoader(_ path: String = glibc, _ machine: ELFMachine = .amd64) -> LayerEntry {
        file(path, machine: machine) { $0.defines = ["ld-linux-x86-64.so.2", "GLIBC_2.2.5", "GLIBC_2.3"] }
    }

    static func muslLoader(_ path: String = musl) -> LayerEntry { file(path) }
}

@Suite("The start check examines the dynamic loader")
struct StartLoaderTests {
    @Test("loaders", arguments: loaders, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static let loader = "/" + Linked.glibc
    private static let app = Linked.file("app")

    static let loaders = [
        StartCase("a loader of glibc", [app, Linked.glibcLoader()]),
        StartCase("a loader of musl", [Linked.file("app", loader: Linked.musl), Linked.muslLoader()]),
        StartCase("a program without a loader", [.bare("app")]),
        StartCase(
            "an absent loader", [Linked.glibcLoader()], [app], [.whiteout(Linked.glibc)],
            finds: .found(.loaderAbsent(loader), "app", layer: 1)),
        StartCase(
            "a loader of another C library", [app, Linked.muslLoader()], finds: .found(.loaderAbsent(loader), "app")),
        StartCase(
            "a loader behind links",
            [
                app, Linked.glibcLoader("usr/lib/ld.so"), .symbolicLink("lib64", to: "usr/lib"),
                .symbolicLink("usr/lib/ld-linux-x86-64.so.2", to: "ld.so"),
            ]),
        StartCase(
            "a link to an absent loader", [app, .symbolicLink(Linked.glibc, to: "ld.so")],
            finds: .found(.loaderAbsent(loader), "app")),
        StartCase(
            "a loader without an execute bit", [app, Linked.glibcLoader().with(mode: 0o644)],
            finds: .found(.loaderUnusable(loader), "app")),
        StartCase(
            "a loader that only root may execute", [app, Linked.glibcLoader().with(mode: 0o700)], as: "1000",
            finds: .found(.loaderUnusable(loader), "app")),
        StartCase("root executes the loader", [app, Linked.glibcLoader().with(mode: 0o700)]),
        StartCase(
            "a loader that is a script", [app, .script(Linked.glibc, "#!/app\n")],
            finds: .found(.loaderUnusable(loader), "app")),
        StartCase("an empty loader", [app, .script(Linked.glibc, "")], finds: .found(.loaderUnusable(loader), "app")),
        StartCase(
            "a loader that is truncated", [app, .program(Linked.glibc, Array(ProgramFile.real("amd64").prefix(4096)))],
            finds: .found(.loaderUnusable(loader), "app")),
        StartCase(
            "a sparse loader", [app, .sparse(Linked.glibc)],
            finds: .found(.unchecked(.content(FilePath(Linked.glibc))), Linked.glibc)),
        StartCase(
            "a loader for another processor", [Linked.glibcLoader(Linked.glibc, .arm64)], [app],
            finds: .found(.wrongMachine(found: Machine(architecture: "arm64"), expected: "linux/amd64"), Linked.glibc)),
        StartCase(
            "a volume may supply the loader", [app], volumes: ["/lib64"],
            finds: .found(.suppliedOutside(path: loader, place: "/lib64"))),
        StartCase(
            "the loader of the interpreter of a script is absent",
            [.script("app", "#!/bin/sh\n"), Linked.file("bin/sh")],
            finds: .found(.loaderAbsent(loader), "bin/sh")),
        StartCase(
            "the loader of env is absent",
            [.script("app", "#!/bin/env run\n"), Linked.file("bin/env"), .bare("bin/run")],
            finds: .found(.loaderAbsent(loader), "bin/env")),
        StartCase(
            "libraries of an unknown loader are not searched",
            [Linked.file("app", needing: "libx.so", loader: "lib/ld-uClibc.so.0"), Linked.file("lib/ld-uClibc.so.0")]),
        StartCase(
            "programs of 32 bits have their own loader",
            [
                Linked.file("app", loader: "lib/ld-linux.so.2", machine: .i386),
                Linked.glibcLoader("lib/ld-linux.so.2", .i386),
            ]),
        StartCase(
            "big-endian programs are read",
            [
                Linked.file("app", needing: "libc.so.6", loader: "lib/ld64.so.1", machine: .s390x),
                Linked.glibcLoader("lib/ld64.so.1", .s390x), Linked.file("lib/libc.so.6", machine: .s390x),
            ], on: "linux/s390x"),
        StartCase(
            "a program whose list of libraries is damaged", [damaged("app"), Linked.glibcLoader()],
            finds: .found(.unchecked(.content(FilePath("app"))), "app")),
    ]

    /// Its dynamic section is empty.
    private static func damaged(_ path: String) -> LayerEntry {
        var program = DynamicProgram(.amd64)
        program.interpreter = Array("\(loader)\0".utf8)
        var bytes = program.bytes
        let size = program.field(3, of: .dynamic)
        bytes.replaceSubrange(size..<size + 8, with: program.number(0, 8))
        return .program(path, bytes)
    }
}
