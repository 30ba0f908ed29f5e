import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// Lists in plain text: references, paths and names, with the line of each error.
struct PlainListTests {
    /// An error as text: its case and distinguishing facts.
    static func word(_ reason: ImageListError.Reason) -> String {
        switch reason {
        case .unreadable(let failure): "unreadable \(failure.cause)"
        case .standardInputTwice: "standard input"
        case .notText: "not text"
        case .empty: "empty"
        case .tooManyWords: "too many words"
        case .tooManyLines: "too many lines"
        case .malformedName(let text): "no name \(text)"
        case .source(let error): Opening.failure { throw error } ?? ""
        case .yaml(_, let hasExpressions): hasExpressions ? "yaml, expressions" : "yaml"
        case .noDocument: "no document"
        case .expression: "expression"
        case .transport(let transport, _): "transport \(transport)"
        case .imageID: "ID"
        case .tag: "tag"
        case .unknownAlias(let name): "no anchor \(name)"
        case .notLocked(let source): "not locked \(source)"
        case .lockedTwice(let source, _): "locked twice \(source)"
        }
    }

    /// Line, source and name of each image. The bytes of the spelling must be the reference.
    private static func images(_ text: String, at path: String = "l") throws -> [String] {
        let list = try ImageList(path: path, Array(text.utf8))
        #expect(!list.isYAML)
        return list.images.map { image in
            #expect(image.isReference == (image.spelling != nil))
            if let spelling = image.spelling {
                let spelt = String(decoding: list.bytes[spelling.bytes], as: UTF8.self)
                #expect(image.source.hasPrefix("docker://" + spelt))
            }
            return "\(image.line) \(image.source)" + (image.name.map { " \($0)" } ?? "")
        }
    }

    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    @Test(
        arguments: [
            ("a short name", "busybox:1.36", ["1 docker://busybox:1.36"]),
            ("the scheme", "docker://quay.io/a/b:1\n", ["1 docker://quay.io/a/b:1"]),
            ("comments and blank lines", "# a\n\nb # c\n\t#d\n e #f g h\n", ["3 docker://b", "5 docker://e"]),
            (
                "a name", "a:1 demo/b:2\nc\tdemo/d\n",
                ["1 docker://a:1 docker.io/demo/b:2", "2 docker://c docker.io/demo/d:latest"]
            ),
            (
                "ends of line of Windows", "a\r\nb c:1\r\n# d\r\n",
                ["1 docker://a", "2 docker://b docker.io/library/c:1"]
            ),
            ("a byte order mark", "\u{FEFF}a\nb", ["1 docker://a", "2 docker://b"]),
            ("a platform", "a:1=linux/arm/v7 b", ["1 docker://a:1=linux/arm/v7 docker.io/library/b:latest"]),
            ("a line of a lock file", "docker.io/a/b:1@\(digest)\n", ["1 docker://docker.io/a/b:1@\(digest)"]),
            ("a digest alone", "a/b@\(digest)=arm64\n", ["1 docker://a/b@\(digest)=arm64"]),
            ("a number sign in a word", "./a#b c\n", ["1 ./a#b docker.io/library/c:latest"]),
            ("paths that are absent", "./a:1\n../b\n/c\n", ["1 ./a:1", "2 ../b", "3 /c"]),
            ("a dialect", "oci:a/b:1\ndir:c\n", ["1 oci:a/b:1", "2 dir:c"]),
            (
                "endings of archives", "a.tar\nb/c.tgz:d\ne.tar.zst=arm64",
                ["1 a.tar", "2 b/c.tgz:d", "3 e.tar.zst=arm64"]
            ),
            ("an image twice", "a\na\n", ["1 docker://a", "2 docker://a"]),
            ("a comment in other letters", "# é名😀\na\n", ["2 docker://a"]),
            ("a port", "localhost:5000/a\n", ["1 docker://localhost:5000/a"]),
        ] as [(String, String, [String])])
    func images(_ why: String, _ text: String, _ expected: [String]) throws {
        #expect(try Self.images(text) == expected, "\(why)")
    }

    @Test func pathsAreRelativeToTheList() throws {
        let directory = try TemporaryDirectory()
        for file in ["l/app", "l/busybox", "l/oci/x", "l/dir/x.tar", "y.tar"] { try directory.write([], to: file) }
        let text = """
            app
            busybox:1.36
            ./busybox:1.36
            app=arm64
            oci:app:name
            dir/x.tar:1.0 demo/x:1
            ../y.tar
            none.tar
            \(directory.path("y.tar"))
            """
        let path = try directory.write(Array(text.utf8), to: "l/images.txt")
        let list = try ImageList(reading: path)
        let folder = directory.path("l")
        #expect(
            list.images.map(\.source) == [
                "\(folder)/app", "docker://busybox:1.36", "\(folder)/./busybox:1.36", "\(folder)/app=arm64",
                "oci:\(folder)/app:name", "\(folder)/dir/x.tar:1.0", "\(folder)/../y.tar", "\(folder)/none.tar",
                directory.path("y.tar"),
            ])
        #expect(list.images.map(\.isReference) == [false, true] + Array(repeating: false, count: 7))
        #expect(list.images[5].name?.full == "docker.io/demo/x:1")
    }

    @Test(
        arguments: [
            ("three words", "a b c", "too many words"), ("an invalid name", "a Demo/B", "no name Demo/B"),
            ("a digest as a name", "a b@\(digest)", "no name b@\(digest)"),
            ("an invalid reference", "Demo/A:1", "reference upperCase(\"demo/a\")"),
            ("an invalid reference with the scheme", "docker://a.b/", "reference noRepository"),
            ("a misspelt platform", "a:1=linux/", "malformed platform linux/"),
            ("a registry alone", "quay.io", "reference registryAlone"),
            ("another transport", "docker-daemon:a:1", "transport docker-daemon:"),
            ("a URL", "https://a/b", "reference scheme"),
            ("a variable", "a:${TAG}", "expression"), ("an expression", "a:{{x}}", "expression"),
            ("the ID of an image", digest, "ID"), ("standard input", "-", "reference"), ("a NUL", "a\0b", "not text"),
            ("no selection", "./:", "empty selection"),
        ])
    func errorsNameTheLine(_ why: String, _ line: String, _ expected: String) throws {
        let text = "b:1\n\n\(line)\n"
        let error = try #require(throws: ImageListErrors.self, "\(why)") { try ImageList(path: "l", Array(text.utf8)) }
        #expect(error.errors.map(\.line) == [3])
        let words = error.errors.map { Self.word($0.reason) }
        #expect(words.first?.hasPrefix(expected) == true, "\(why): \(words)")
    }

    @Test func allErrorsOfAllListsAreReported() throws {
        let directory = try TemporaryDirectory()
        let first = try directory.write(Array("A\nb\nC d e\n".utf8), to: "1")
        let second = try directory.write(Array("kind: X\nimage: $D\n".utf8), to: "2")
        let third = directory.path("3")
        let error = try #require(throws: ImageListErrors.self) {
            _ = try ImageList.all(reading: [first, second, third])
        }
        #expect(error.errors.map(\.file) == [first, first, second, third])
        #expect(error.errors.map(\.line) == [1, 3, 2, nil])
    }

    @Test(
        arguments: [
            ("nothing", [], [nil], "empty"), ("comments", Array("# a\n\n".utf8), [nil], "empty"),
            ("UTF-16", [0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00], [1, 2], "not text"),
            ("UTF-16 without a mark", [0x61, 0x00, 0x3a, 0x00], [1], "not text"),
            ("other letters", [0x61, 0x0a, 0x62, 0xe9, 0x0a], [2], "not text"),
        ] as [(String, [UInt8], [Int?], String)])
    func refusesFiles(_ why: String, _ bytes: [UInt8], _ lines: [Int?], _ expected: String) throws {
        let error = try #require(throws: ImageListErrors.self, "\(why)") { try ImageList(path: "l", bytes) }
        #expect(error.errors.map(\.line) == lines, "\(why)")
        #expect(error.errors.allSatisfy { Self.word($0.reason) == expected }, "\(why)")
    }

    @Test func moreImagesThanTheLimitAreRefused() {
        let list = PlainList(path: "l", limit: 3)
        var errors: [ImageListError] = []
        #expect(list.images(Array("a\nb\nC\n# d\n".utf8), &errors).count == 2)
        #expect(errors.map(\.line) == [3])
        errors = []
        _ = list.images(Array("a\nB\nc\n# d\ne\nf\nG\n".utf8), &errors)
        #expect(errors.map(\.line) == [2, 5])
        #expect(errors.map { Self.word($0.reason) }.last == "too many lines")
    }

    @Test func moreThanTheLimitIsRefused() throws {
        let directory = try TemporaryDirectory()
        let line = Array("busybox:1.36 # \(String(repeating: "x", count: 65_520))\n".utf8)
        #expect(line.count == 1 << 16)
        var bytes = Array(repeatElement(line, count: ImageList.sizeLimit >> 16).joined())
        let path = try directory.write(bytes, to: "l")
        #expect(try ImageList(reading: path).images.count == ImageList.sizeLimit >> 16)
        bytes.append(0x0a)
        try directory.write(bytes, to: "l")
        let error = try #require(throws: ImageListErrors.self) { try ImageList(reading: path) }
        #expect(error.errors.map { Self.word($0.reason) } == ["unreadable tooLarge(limit: \(ImageList.sizeLimit))"])
    }

    @Test(
        arguments: [
            ("a key", "kind: X", true), ("a key alone", "services:\n", true),
            ("after comments", "# a: b\n\n  # c\nkind: X", true),
            ("after a reference", "a:1\nkind: X", false), ("a marker", "--- # x\nkind: X", true),
            ("JSON", "{\"kind\":1}", true),
            ("a reference with a tag", "a:1", false), ("a quote", "'kind': X", true),
            ("a directive", "%YAML 1.1", true),
            ("an item", "- a", true), ("a byte order mark", "\u{FEFF}kind: X", true), ("a port", "h:5000/a:1", false),
            ("a path with a minus", "-a", false),
        ])
    func theContentDecides(_ why: String, _ text: String, _ isYAML: Bool) throws {
        let error = #expect(throws: (any Error).self, "\(why)") {
            let list = try ImageList(path: "l", Array(text.utf8))
            throw Kind(isYAML: list.isYAML)
        }
        if let kind = error as? Kind {
            #expect(kind.isYAML == isYAML, "\(why)")
        } else if let first = (error as? ImageListErrors)?.errors.first {
            #expect(["yaml", "no document"].contains(Self.word(first.reason)) == isYAML, "\(why)")
        }
    }

    private struct Kind: Error { let isYAML: Bool }
}
