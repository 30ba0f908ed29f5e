import Foundation
import TestSupport
import Testing

@Suite("verify --expect compares with a receipt")
struct ExpectTests {
    /// A bundle and its receipt `r.json`.
    private static func bundle() throws -> BundleLayout {
        let bundle = try BundleLayout()
        expectDone(try ocimerge("verify", "-q", bundle.layout, "--receipt", bundle.directory.path("r.json")))
        return bundle
    }

    private static func run(_ bundle: borrowing BundleLayout, _ sources: String...) throws -> Run {
        try Program.ocimerge(["verify"] + sources + ["--expect", "r.json"], directory: bundle.directory.path)
    }

    /// The lines behind the report of the sources, and the line that closes the comparison.
    private static func lines(_ run: Run) -> [String] {
        let blocks = run.stdout.components(separatedBy: "\n\n")
        return (blocks.last ?? "").split(separator: "\n").map(String.init)
    }

    private static func closing(_ bundle: borrowing BundleLayout, _ verdict: String) throws -> String {
        let digest = try ReceiptFacts.sha256(bundle.directory.path("r.json"))
        return "expected by r.json, sha256:\(digest): 3 images, 4 platforms: \(verdict)"
    }

    @Test("the bundle is complete in a layout, an archive and several archives")
    func complete() throws {
        let bundle = try Self.bundle()
        expectDone(try ocimerge("copy", "-q", bundle.layout, bundle.directory.path("a.tar")))
        expectDone(try ocimerge("copy", "-q", "\(bundle.layout):quay.io/org/two:2", bundle.directory.path("two.tar")))
        expectDone(try ocimerge("rm", "-q", "\(bundle.layout):quay.io/org/two:2"))
        for sources in [["a.tar"], ["layout", "two.tar"]] {
            let run = try Program.ocimerge(
                ["verify"] + sources + ["--expect", "r.json"], directory: bundle.directory.path)
            expectDone(run)
            #expect(Self.lines(run) == [try Self.closing(bundle, "no errors")])
        }
    }

    @Test("missing images, other digests and missing platforms are errors, more images are notes")
    func differences() throws {
        let bundle = try Self.bundle()
        let two = try bundle.digest("quay.io/org/two:2")
        let three = try bundle.digest("demo/three:3")
        expectDone(try ocimerge("rm", "-q", "\(bundle.layout):quay.io/org/two:2"))
        expectDone(try ocimerge("rm", "-q", "\(bundle.layout):demo/three:3"))
        try BundleLayout.add(["hello-arm64"], ["demo/three:3"], to: bundle.layout)
        try BundleLayout.add(["hello-amd64"], ["demo/more:1"], to: bundle.layout)
        try FileManager.default.removeItem(atPath: bundle.blob(three))
        let run = try Self.run(bundle, "layout")
        #expect(run.status == 1)
        #expect(
            Self.lines(run) == [
                "  error  docker.io/demo/one:1 linux/s390x    the manifest \(three) is missing",
                "  error  docker.io/demo/three:3              the digest is \(two), expected \(three)",
                "  error  docker.io/demo/three:3 linux/s390x  the manifest \(three) is missing",
                "  error  quay.io/org/two:2                   the image is missing under this name; \(two) is present "
                    + "as docker.io/demo/three:3",
                "  note   docker.io/demo/more:1               the receipt does not list this image",
                try Self.closing(bundle, "4 errors, 1 note"),
            ], "\(run.stdout)")
        let json = try Program.ocimerge(
            ["verify", "layout", "--expect", "r.json", "--json"], directory: bundle.directory.path)
        let report = try #require(JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
        let expected = try #require(report["expected"] as? [String: Any])
        #expect(expected["errors"] as? Int == 4 && expected["sound"] as? Bool == false)
        let kinds = (expected["differences"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
        #expect(kinds == ["platform-missing", "image-digest", "platform-missing", "image-missing", "image-unexpected"])
    }

    @Test("an index that was written again with the same manifests is an error that says so")
    func rebuilt() throws {
        let bundle = try Self.bundle()
        let before = try bundle.digest("demo/one:1")
        for name in ["demo/one:1", "demo/one:latest"] {
            expectDone(try ocimerge("rm", "-q", "\(bundle.layout):\(name)"))
        }
        expectDone(
            try ocimerge(
                "docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "-t", "demo/one:1", "-t", "demo/one:latest",
                "--annotation", "index:a=b", "-q", "-o", bundle.layout, "--update"))
        let after = try bundle.digest("demo/one:1")
        let run = try Self.run(bundle, "layout")
        #expect(run.status == 1)
        let sentence = "the digest is \(after), expected \(before); all platforms have the expected manifests"
        #expect(
            Self.lines(run) == [
                "  error  docker.io/demo/one:1       \(sentence)", "  error  docker.io/demo/one:latest  \(sentence)",
                try Self.closing(bundle, "2 errors"),
            ])
    }

    @Test("a receipt with errors is a warning, and differences are recorded in the next receipt")
    func recordedErrors() throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (directory.path("1.json"), directory.path("2.json"))
        #expect(try ocimerge("verify", "-q", "refused/corrupt-layer.oci.tar", "--receipt", first).status == 1)
        let run = try ocimerge("verify", "-q", "docker20/hello-arm64.tar", "--expect", first, "--receipt", second)
        #expect(run.status == 1 && run.stdout == "")
        #expect(run.stderr == "ocimerge: warning: \(first) records 1 error of the run that wrote it\n")
        #expect(try ReceiptFacts(second).findings.map(\.kind) == ["image-missing", "image-unexpected"])
    }

    @Test("a file that is no valid receipt is an error before anything is read")
    func malformed() throws {
        let directory = try TemporaryDirectory()
        for (text, phrase) in [
            ("", "is not valid JSON: it ends too early at byte 0"),
            ("{}", "is not a receipt of ocimerge: it has no receiptVersion"),
            (
                #"{"receiptVersion": 7}"#,
                "has receiptVersion 7, but 1 is required; use the version of ocimerge that wrote it"
            ),
            (#"{"receiptVersion": 1}"#, "is malformed: created is absent"),
        ] {
            let file = try directory.write(Array(text.utf8), to: "r.json")
            expectFailure(try ocimerge("verify", "absent.tar", "--expect", file), "\(file) \(phrase)")
        }
        let absent = directory.path("absent.json")
        expectFailure(
            try ocimerge("verify", "absent.tar", "--expect", absent), "cannot open \(absent): No such file or directory"
        )
    }

    @Test("images in a registry are found by their names, and below a prefix", .needsRegistries)
    func registry() throws {
        let bundle = try Self.bundle()
        let registry = try LoneRegistry()
        expectDone(try ocimerge("push", "-q", bundle.layout, "--all", "docker://\(registry.host)/mirror"))
        let place = "docker://\(registry.host)/mirror"
        let references = ["demo/one:1", "demo/one:latest", "demo/three:3", "org/two:2"].map { "\(place)/\($0)" }
        let run = try Program.ocimerge(
            ["verify"] + references + ["--expect", "r.json"], directory: bundle.directory.path)
        expectDone(run)
        #expect(Self.lines(run) == [try Self.closing(bundle, "no errors")])
        let fewer = try Program.ocimerge(
            ["verify"] + references.dropLast() + ["--expect", "r.json"], directory: bundle.directory.path)
        #expect(fewer.status == 1)
        #expect(
            Self.lines(fewer) == [
                "  error  quay.io/org/two:2  the image is missing", try Self.closing(bundle, "1 error"),
            ])
    }
}
