import Testing

@testable import ImageModel

struct ImageNameTests {
    static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        arguments: [
            ("app", "docker.io/library/app:latest", "app:latest"),
            ("app:1.0", "docker.io/library/app:1.0", "app:1.0"),
            ("demo/bb:1.0", "docker.io/demo/bb:1.0", "demo/bb:1.0"),
            ("docker.io/app", "docker.io/library/app:latest", "app:latest"),
            ("index.docker.io/demo/bb", "docker.io/demo/bb:latest", "demo/bb:latest"),
            ("docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"),
            ("localhost/x:1", "localhost/x:1", "localhost/x:1"),
            ("localhost:5000/x", "localhost:5000/x:latest", "localhost:5000/x:latest"),
            ("localhost:5000", "docker.io/library/localhost:5000", "localhost:5000"),
            ("quay.io/a/b/c:T_1", "quay.io/a/b/c:T_1", "quay.io/a/b/c:T_1"),
            ("Host/x", "Host/x:latest", "Host/x:latest"),
            ("[::1]:5000/x:y", "[::1]:5000/x:y", "[::1]:5000/x:y"),
            ("a__b/c--d/e.f_g", "docker.io/a__b/c--d/e.f_g:latest", "a__b/c--d/e.f_g:latest"),
            ("docker.io/ghcr.io/x", "docker.io/ghcr.io/x:latest", "docker.io/ghcr.io/x:latest"),
            ("\(hex.dropLast())", "docker.io/library/\(hex.dropLast()):latest", "\(hex.dropLast()):latest"),
        ] as [(String, String, String)])
    func reads(_ text: String, _ full: String, _ familiar: String) throws {
        let name = try #require(ImageName(parsing: text))
        #expect(name.full == full)
        #expect(name.description == full)
        #expect(name.familiar == familiar)
        #expect(ImageName(parsing: full)?.full == full)
        #expect(ImageName(parsing: familiar)?.full == full)
    }

    @Test(
        arguments: [
            ("nothing", ""), ("a tag alone", ":1"), ("an empty tag", "app:"), ("upper case", "App"),
            ("upper case in a path", "quay.io/App"), ("a space", "a b"), ("a slash at the end", "demo/"),
            ("a slash at the start", "/demo"), ("two slashes", "a//b"), ("a dash at the end", "app-"),
            ("two dots", "a..b"), ("three underscores", "a___b"), ("a mixed joint", "a.-b"), ("a dot first", ".app"),
            ("a port without digits", "host.x:/app"), ("a port of letters", "host.x:y/app"),
            ("a host with an empty label", "a..b/app"), ("a host label with a dash first", "a.-b/app"),
            ("an IPv6 address left open", "[::1/app"), ("a tag that starts with a dot", "app:.1"),
            ("a tag that starts with a dash", "app:-1"), ("two tags", "app:1:2"), ("a letter outside ASCII", "\u{E9}"),
            ("a line end", "app\n"), ("a path out", "../app"), ("a malformed digest", "app@sha256:12"),
            ("two digests", "app@sha256:\(hex)@sha256:\(hex)"), ("a digest alone", "@sha256:\(hex)"),
            ("the ID of an image", hex),
            ("a tag of 129", "app:\(String(repeating: "t", count: 129))"),
            ("a name of 256", "docker.io/library/\(String(repeating: "n", count: 238))"),
        ] as [(String, String)])
    func refuses(_ why: String, _ text: String) {
        #expect(ImageName(parsing: text) == nil, "\(why)")
    }

    @Test(
        arguments: [
            ("app:1", "2.0", "docker.io/library/app:2.0"), ("h:5000/a/b", "x_Y", "h:5000/a/b:x_Y"), ("app", "a:b", nil),
            ("app", "5000/x", nil), ("app", "", nil), ("app", ".x", nil), ("app", "@sha256:\(hex)", nil),
        ] as [(String, String, String?)])
    func anotherTag(_ text: String, _ tag: String, _ expected: String?) {
        #expect(ImageName(parsing: text)?.tagged(tag)?.full == expected)
    }

    @Test func acceptsNamesOfMaximumLength() {
        #expect(ImageName(parsing: "app:" + String(repeating: "t", count: 128)) != nil)
        #expect(ImageName(parsing: "docker.io/library/" + String(repeating: "n", count: 237)) != nil)
    }

    @Test func aDigestIsNotPartOfTheName() throws {
        #expect(ImageName(parsing: "demo/bb:1@sha256:\(Self.hex)") == ImageName(parsing: "demo/bb:1"))
        // Without a tag the digest alone names the image. A default tag `latest` would be wrong.
        #expect(ImageName(parsing: "demo/bb@sha256:\(Self.hex)") == nil)
    }

    @Test func ordersByFullName() throws {
        let texts = ["demo/bb", "app", "quay.io/x", "app:1"]
        let sorted = texts.compactMap(ImageName.init(parsing:)).sorted().map(\.familiar)
        #expect(sorted == ["demo/bb:latest", "app:1", "app:latest", "quay.io/x:latest"])
    }
}
