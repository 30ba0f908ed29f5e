import TestSupport
import Testing

/// scripts/check-imports reports violations with file and line, and nothing else.
@Suite struct CheckImportsTests {
    @Test(
        "a violation is reported with its file and line",
        arguments: [
            (
                "a target of the same level as planning", "ImagePlanning", "import ImageSources",
                "ImagePlanning may not import ImageSources"
            ),
            (
                "with access and attribute", "ImageSinks", "@preconcurrency package import Glibc",
                "ImageSinks may not import Glibc"
            ),
            ("one name of a module", "ImageModel", "import struct CZlib.z_stream", "ImageModel may not import CZlib"),
            (
                "the second of a line", "ImageModel", "import ByteIO; import Foundation",
                "ImageModel may not import Foundation"
            ),
            ("Foundation, at the bottom too", "ByteIO", "import Foundation", "ByteIO may not import Foundation"),
            ("after a comment", "ImageModel", "/* a /* b */ */ import Glibc", "ImageModel may not import Glibc"),
            ("unsafe", "ocimerge", "let x = unsafe f()", "unsafe outside ByteIO"),
            ("unsafe as an argument", "ocimerge", "nonisolated(unsafe) var x = 0", "unsafe outside ByteIO"),
            ("unsafe in an interpolation", "ocimerge", #"let x = "\(unsafe f())""#, "unsafe outside ByteIO"),
            (
                "unsafe after a string with slashes", "ocimerge", #"let x = "a // b"; unsafe f()"#,
                "unsafe outside ByteIO"
            ),
            ("public", "ByteIO", "public struct X {}", "public: use package"),
            ("open", "ByteIO", "open class X {}", "public: use package"),
            ("a public getter", "ByteIO", "package public(set) var x = 0", "public: use package"),
            ("a forced cast", "ByteIO", "let x = y as! Z", "forced cast"),
            ("a forced try", "ByteIO", "let x = try! y()", "forced try"),
            (
                "the name of a character", "ocimerge", "let x = y.properties.name",
                "properties of scalars: read a listed member directly"
            ),
            (
                "all properties of a character", "ocimerge", "let x = y.properties",
                "properties of scalars: read a listed member directly"
            ),
            (
                "a path to the name of a character", "ocimerge", #"let x = \Unicode.Scalar.Properties.nameAlias"#,
                "properties of scalars: read a listed member directly"
            ),
            (
                "a target that is not in the table", "Extras", "let x = 0",
                "Extras is not in the table of scripts/check-imports"
            ),
        ])
    func violations(_ what: String, _ target: String, _ line: String, _ message: String) throws {
        let run = try check(target, line)
        #expect(run.status == 1, "\(what)")
        #expect(run.stdout == "Sources/\(target)/File.swift:1: \(message)\n", "\(what)")
    }

    @Test(
        "text that only resembles a violation is accepted",
        arguments: [
            ("an import that the table allows", "ImageSinks", "package import ByteIO"),
            ("C and unsafe in ByteIO", "ByteIO", "import CZlib; let x = unsafe f()"),
            ("the policy of a page", "ocimerge", #"let x = "style-src 'unsafe-inline'""#),
            ("comments", "ImageModel", "// unsafe, public let, as! and try!"),
            ("a comment of several lines", "ImageModel", "/*\nimport Foundation\n/* unsafe */ try!\n*/"),
            (
                "a string of several lines", "ImageModel",
                "let x = \"\"\"\n    import Foundation\n    public let y\n    \"\"\""
            ),
            ("a word in a string", "ImageModel", #"let x = "it is public here""#),
            ("members of that name", "ImageModel", "let x = y.public + `public` + withUnsafe + public_key"),
            ("a function called open", "ImageModel", "func open (x: Int) {}"),
            ("listed properties of a character", "ocimerge", "let x = y.properties.generalCategory == .control"),
        ])
    func accepted(_ what: String, _ target: String, _ text: String) throws {
        let run = try check(target, text)
        #expect(run.status == 0, "\(what)")
        #expect(run.stdout == "", "\(what)")
    }

    private func check(_ target: String, _ text: String) throws -> Run {
        let scratch = try TemporaryDirectory()
        try scratch.write(Array((text + "\n").utf8), to: "Sources/\(target)/File.swift")
        return try Program.run("\(Program.repository)/scripts/check-imports", [scratch.path])
    }
}
