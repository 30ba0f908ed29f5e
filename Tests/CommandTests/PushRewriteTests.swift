import Foundation
import TestSupport
import Testing

/// `push --all` reports the references before and after, and writes them into a file that uses the images.
@Suite("push --rewrite prints a file with the pushed references", .serialized, .needsRegistries)
struct PushRewriteTests: ~Copyable {
    private let registry: LoneRegistry
    private let directory: TemporaryDirectory
    /// Of `demo/one:1`.
    private let digest: String
    private var bundle: String { directory.path("bundle") }

    init() throws {
        let directory = try TemporaryDirectory()
        let bundle = directory.path("bundle")
        for (name, source) in [
            ("demo/one:1", "docker20/hello-amd64.tar"), ("quay.io/org/two:2", "docker20/hello-s390x.tar"),
            ("busybox", "docker20/hello-s390x.tar"),
        ] {
            let run = try ocimerge(source, "-t", name, "-o", bundle, "--update")
            try #require(run.status == 0, "\(run.stderr)")
        }
        let digest = try ocimerge("digest", bundle + ":demo/one:1").line
        let registry = try LoneRegistry()
        (self.registry, self.digest) = (registry, digest)
        self.directory = directory
    }

    private func push(_ options: String..., input: [UInt8] = []) throws -> Run {
        try Program.ocimerge(
            ["push", bundle, "--all", "\(registry.host)/m"] + options, input: input, directory: directory.path)
    }

    @Test("the report names both references of each image")
    func report() throws {
        let run = try push()
        expectDone(run)
        for (from, to) in [
            ("docker.io/demo/one:1", "demo/one:1"), ("quay.io/org/two:2", "org/two:2"),
            ("docker.io/library/busybox:latest", "busybox:latest"),
        ] { #expect(run.stdout.contains("\(from) -> \(registry.host)/m/\(to)  sha256:"), "\(run.stdout)") }
        let quiet = try push("-q")
        #expect(quiet.stdout.split(separator: "\n").allSatisfy { $0.hasPrefix("sha256:") })
    }

    private static let yaml = """
        # Bäckerei 名前 😀
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
          - name: one   # demo/one:1 stays here
            image: "demo/one:1"   # first
          - {name: two, image: 'quay.io/org/two:2'}
          - image: busybox
            imagePullPolicy: Always
        ---
        other: {image: "not/counted:1"}
        ---
        services:
          x: &x
            image: docker.io/demo/one:1
          y: *x
        """

    private func expected(_ pin: Bool = false) throws -> String {
        let place = "\(registry.host)/m"
        let two = try ocimerge("digest", bundle + ":quay.io/org/two:2").line
        let pins = pin ? ("@\(digest)", "@\(two)") : ("", "")
        return Self.yaml.replacing("image: \"demo/one:1\"", with: "image: \"\(place)/demo/one:1\(pins.0)\"")
            .replacing("image: 'quay.io/org/two:2'", with: "image: '\(place)/org/two:2\(pins.1)'")
            .replacing("image: busybox", with: "image: \(place)/busybox:latest\(pins.1)")
            .replacing("image: docker.io/demo/one:1", with: "image: \(place)/demo/one:1\(pins.0)")
    }

    @Test("nothing but the references changes, and the report goes to standard error")
    func yaml() throws {
        try directory.write(Array(Self.yaml.utf8), to: "app.yaml")
        let run = try push("--rewrite", "app.yaml")
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try run.stdout == expected())
        #expect(run.stderr.hasPrefix("pushed docker://\(registry.host)/m/"))
        let pinned = try push("--rewrite", "-", "--pin", input: Array(Self.yaml.utf8))
        #expect(try pinned.stdout == expected(true))
        // The pinned file names images of the registry.
        try directory.write(Array(pinned.stdout.utf8), to: "pinned.yaml")
        let copy = try Program.ocimerge(
            ["push", "--list", "pinned.yaml", "--all", "\(registry.host)/again", "-q"], directory: directory.path)
        #expect(copy.status == 0, "\(copy.stderr)")
    }

    @Test("JSON goes to standard error too")
    func json() throws {
        try directory.write(Array(Self.yaml.utf8), to: "app.yaml")
        let arguments = ["push", bundle, "--all", "\(registry.host)/m", "--rewrite", "app.yaml", "--json"]
        let run = try Program.run(Program.ocimerge, arguments, directory: directory.path)
        #expect(try run.stdout == expected())
        #expect(try JSONSerialization.jsonObject(with: Data(run.stderr.utf8)) is [String: Any])
    }

    @Test("a plain list keeps its comments and names")
    func plain() throws {
        let list =
            "# list\r\ndemo/one:1 x/y:1 # c\r\n\r\nquay.io/org/two@\(digest)\r\ndocker://demo/one@\(digest)=amd64"
        try directory.write(Array(list.utf8), to: "list")
        let run = try push("--rewrite", "list", "-q")
        let place = "\(registry.host)/m"
        #expect(
            run.stdout
                == "# list\r\n\(place)/demo/one:1 x/y:1 # c\r\n\r\n\(place)/demo/one@\(digest)\r\n"
                + "docker://\(place)/demo/one@\(digest)=amd64")
    }

    @Test("a reference that is not pushed is an error before anything is pushed")
    func unpushed() throws {
        let yaml = "kind: Pod\na: {image: demo/one:1}\nb: {image: demo/one:2}\nc:\n- image: other:1\n"
        try directory.write(Array(yaml.utf8), to: "app.yaml")
        let run = try push("--rewrite", "app.yaml")
        #expect(run.status == 1)
        #expect(run.stdout == "")
        #expect(
            run.stderr
                == ["3: docker://demo/one:2", "5: docker://other:1"].map {
                    "ocimerge: app.yaml:\($0) is not among the images of this push, so nothing is pushed\n"
                }.joined())
        #expect(try ocimerge("digest", "docker://\(registry.host)/m/demo/one:1").status == 1)
    }

    @Test("a template is refused before anything is read")
    func template() throws {
        try directory.write(Array("kind: X\nimage: \"a:{{ .Tag }}\"\n".utf8), to: "app.yaml")
        let run = try push("--rewrite", "app.yaml")
        #expect(run.status == 1)
        #expect(run.stderr.contains("app.yaml:2: 'a:{{ .Tag }}' is not rendered"), "\(run.stderr)")
    }

    @Test("a dry run prints the file that a push would print")
    func dryRun() throws {
        try directory.write(Array(Self.yaml.utf8), to: "app.yaml")
        let run = try push("--rewrite", "app.yaml", "--dry-run")
        #expect(try run.stdout == expected())
        #expect(run.stderr.hasPrefix("would push docker://"))
        #expect(try ocimerge("digest", "docker://\(registry.host)/m/demo/one:1").status == 1)
    }

    @Test("standard input is a list and the file to rewrite")
    func both() throws {
        expectDone(try push("-q"))
        let place = "\(registry.host)/m"
        let yaml = "kind: Pod\nimage: \(place)/demo/one:1\n"
        let run = try Program.ocimerge(
            ["push", "--list", "-", "--all", "\(registry.host)/n", "--rewrite", "-"], input: Array(yaml.utf8))
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout == "kind: Pod\nimage: \(registry.host)/n/m/demo/one:1\n")
    }
}
