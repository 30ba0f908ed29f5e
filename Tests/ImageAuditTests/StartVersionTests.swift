import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check compares the versions of symbols, within limits")
struct StartVersionTests {
    @Test("versions", arguments: versions, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static let loader = Linked.glibcLoader()

    private static func versioned(_ names: String..., isWeak: Bool = false) -> LayerEntry {
        Linked.file("app", needing: "libc.so.6") {
            $0.needs = [("libc.so.6", names.map { DynamicProgram.Version($0, isWeak: isWeak) })]
        }
    }

    private static func libc(_ versions: String...) -> LayerEntry {
        Linked.file("lib/libc.so.6") { $0.defines = versions.isEmpty ? [] : ["libc.so.6"] + versions }
    }

    private static func needs(_ version: String, defined: String?, _ program: String = "app") -> StartCase.Found {
        .found(.versionAbsent(version, library: FilePath("lib/libc.so.6"), defined: defined), program)
    }

    static let versions = [
        StartCase("a version that is defined", [versioned("GLIBC_2.36"), loader, libc("GLIBC_2.9", "GLIBC_2.36")]),
        StartCase(
            "a version above those that are defined",
            [versioned("GLIBC_2.38"), loader, libc("GLIBC_2.9", "GLIBC_2.36")],
            finds: needs("GLIBC_2.38", defined: "GLIBC_2.36")),
        StartCase(
            "the highest of the absent versions by number",
            [versioned("GLIBC_2.9", "GLIBC_2.38"), loader, libc("GLIBC_2.4")],
            finds: needs("GLIBC_2.38", defined: "GLIBC_2.4")),
        StartCase(
            "a weak version need not be defined", [versioned("GLIBC_2.38", isWeak: true), loader, libc("GLIBC_2.36")]),
        StartCase("a library without versions", [versioned("GLIBC_2.38"), loader, libc()]),
        StartCase(
            "no version of the name is defined", [versioned("OTHER_1"), loader, libc("GLIBC_2.36")],
            finds: needs("OTHER_1", defined: nil)),
        StartCase(
            "a library needs an absent version",
            [
                Linked.file("app", needing: "libx.so"), loader, libc("GLIBC_2.36"),
                Linked.file("lib/libx.so", needing: "libc.so.6") { $0.needs = [("libc.so.6", [.init("GLIBC_2.38")])] },
            ], finds: needs("GLIBC_2.38", defined: "GLIBC_2.36", "lib/libx.so")),
    ]

    @Test("a program that needs many absent libraries is not searched to the end")
    func manyAbsent() throws {
        let names = (0..<1000).map { "lib\($0).so" }
        let program = Linked.file("app") { $0.needed = names }
        let findings = try StartCase("", [program, Linked.glibcLoader()]).report(.read).findings
        #expect(findings.count == 65)
        #expect(findings.first?.problem == .unchecked(.tooManyLibraries))
    }

    @Test("a program that names many directories is not searched to the end")
    func manyDirectories() throws {
        let names = (0..<100).map { "lib\($0).so" }
        let program = Linked.file("app") {
            ($0.needed, $0.rpath) = (names, Array(repeating: "/a", count: 1300).joined(separator: ":"))
        }
        let image = [program, Linked.glibcLoader()] + names.map { Linked.file("lib/\($0)") }
        let findings = try StartCase("", image).report(.read).findings
        #expect(findings.map(\.problem) == [.unchecked(.tooManyLibraries)])
    }
}
