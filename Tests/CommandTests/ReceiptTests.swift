import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("verify --receipt records what was read")
struct ReceiptTests {
    private static let epoch = ["SOURCE_DATE_EPOCH": "86400"]

    @Test("a receipt has every image with its names, digests, platforms and sizes, and the report has its SHA-256")
    func content() throws {
        let bundle = try BundleLayout()
        let file = bundle.directory.path("r.json")
        let run = try Program.ocimerge(["verify", bundle.layout, "--receipt", file], environment: Self.epoch)
        expectDone(run)
        #expect(run.stdout.hasSuffix(": no errors\n\nwrote receipt \(file), sha256:\(try ReceiptFacts.sha256(file))\n"))
        let receipt = try ReceiptFacts(file)
        #expect(receipt.receiptVersion == 1 && receipt.sound && receipt.created == "1970-01-02T00:00:00Z")
        #expect(receipt.sources == [bundle.layout] && receipt.findings == [])
        #expect(receipt.images.flatMap(\.names) == BundleLayout.names)
        #expect(
            receipt.images.map { $0.platforms.map(\.platform) }
                == [["linux/amd64", "linux/s390x"], ["linux/s390x"], ["linux/arm64"]])
        #expect(try receipt.images[0].digest == bundle.digest("demo/one:1"))
        let layers = try helloLayers("arm64")
        let two = receipt.images[2]
        #expect(two.platforms[0].digest == two.digest)
        let raw = try Program.ocimerge(["inspect", "--raw", "\(bundle.layout):quay.io/org/two:2"]).output
        let manifest = try ManifestView(bytes: raw)
        let content = manifest.config.size + layers.map(\.size).reduce(0, +)
        #expect(two.platforms[0].size == two.size + Int(content))
    }

    @Test("the same content gives the same images in a layout, an archive and several archives")
    func places() throws {
        let bundle = try BundleLayout()
        func images(_ sources: String...) throws -> [ReceiptFacts.Image] {
            let file = bundle.directory.path("r.json")
            expectDone(try Program.ocimerge(["verify", "-q", "--force", "--receipt", file] + sources))
            return try ReceiptFacts(file).images
        }
        let expected = try images(bundle.layout)
        let archive = bundle.directory.path("a.tar")
        expectDone(try ocimerge("copy", "-q", bundle.layout, archive))
        #expect(try images(archive) == expected)
        let parts = try BundleLayout.names.enumerated().map { number, name in
            let path = bundle.directory.path("\(number).tar")
            expectDone(try ocimerge("copy", "-q", "\(bundle.layout):\(name)", path))
            return path
        }
        #expect(try images(parts[3], parts[1], parts[2], parts[0]) == expected)
    }

    @Test("two runs differ in the time alone")
    func deterministic() throws {
        let directory = try TemporaryDirectory()
        func bytes(_ name: String, _ environment: [String: String]) throws -> String {
            let arguments = ["verify", "-q", "docker20/two-apps-amd64.tar", "--receipt", directory.path(name)]
            expectDone(try Program.ocimerge(arguments, environment: environment, directory: fixtures))
            return try String(contentsOfFile: directory.path(name), encoding: .utf8)
        }
        let (first, second) = (try bytes("1", Self.epoch), try bytes("2", Self.epoch))
        #expect(first == second)
        let now = try bytes("3", ["SOURCE_DATE_EPOCH": ""])
        let differing = zip(first.split(separator: "\n"), now.split(separator: "\n")).filter { $0 != $1 }
        #expect(differing.map(\.0) == [#"  "created": "1970-01-02T00:00:00Z","#])
    }

    @Test("an existing receipt is refused before anything is read, and --force replaces it")
    func existing() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Array("old".utf8), to: "r.json")
        expectFailure(
            try ocimerge("verify", "absent.tar", "--receipt", file),
            "\(file) exists; replace it with --force, or choose another name")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
        expectDone(try ocimerge("verify", "-q", "tar/plain.tar", "--receipt", file, "--force"))
        #expect(try ReceiptFacts(file).images.count == 1)
        #expect(try Tree.names(in: directory.path) == ["r.json"])
    }

    @Test("a place that cannot be written is an error before anything is read")
    func unwritable() throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge("verify", "absent.tar", "--receipt", directory.path, "--force"),
            "cannot write \(directory.path): it is not a regular file")
        let file = directory.path("absent/r.json")
        expectFailure(
            try ocimerge("verify", "tar/plain.tar", "--receipt", file),
            "cannot create \(file): No such file or directory")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("errors are recorded, also those of sources that cannot be read")
    func errors() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("r.json")
        let run = try ocimerge("verify", "-q", "refused/corrupt-layer.oci.tar", "absent.tar", "--receipt", file)
        #expect(run.status == 1)
        let receipt = try ReceiptFacts(file)
        #expect(!receipt.sound)
        #expect(receipt.sources == ["refused/corrupt-layer.oci.tar", "absent.tar"])
        let errors = receipt.findings.filter { $0.severity == "error" }
        #expect(errors.map(\.kind) == ["digest", "source"])
        #expect(errors.map(\.source) == receipt.sources)
        #expect(errors[0].path == ["index.json", "manifests[0]", "layers[1]"])
        #expect(errors[1].message == "no such file or directory: absent.tar")
        #expect(receipt.images.count == 1)
    }

    @Test(
        "a run that is refused removes the leftovers beside its receipt",
        arguments: [
            ["pack", Program.fixture("tar/plain.tar"), "-o", "out.tar"], ["verify", Program.fixture("tar/plain.tar")],
        ])
    func leftoversOfAReceipt(_ command: [String]) throws {
        let directory = try TemporaryDirectory()
        let arguments = command + ["-q", "--receipt", "receipt.json"]
        try expectDone(Program.ocimerge(arguments, directory: directory.path))
        let names = try Tree.names(in: directory.path)
        try directory.write([1], to: ".receipt.json.ocimerge-1abcdef/file")
        #expect(try Program.ocimerge(arguments, directory: directory.path).status == 1)
        #expect(try Tree.names(in: directory.path) == names)
    }

    @Test("the name - and a wrong SOURCE_DATE_EPOCH are refused")
    func refused() throws {
        for option in ["--receipt", "--expect"] {
            expectFailure(
                try ocimerge("verify", "tar/plain.tar", option, "-"),
                "\(option) needs a file: - is not allowed; write ./- for a file of that name", status: 2)
        }
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(
            ["verify", "tar/plain.tar", "--receipt", directory.path("r")], environment: ["SOURCE_DATE_EPOCH": "now"],
            directory: fixtures)
        expectFailure(run, "SOURCE_DATE_EPOCH is 'now'; set it to seconds since 1970, or unset it")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test(
        "options that need another option or exclude it are usage errors",
        arguments: [
            (["--force"], "--force requires --receipt FILE or --html FILE"),
            (["--blobs"], "--blobs requires --against DEST"),
            (["--against", "x", "--receipt", "r"], "--against and --receipt cannot be combined"),
            (["--against", "x", "--expect", "r"], "--against and --expect cannot be combined"),
        ])
    func usage(_ options: [String], _ sentence: String) throws {
        let run = try Program.ocimerge(["verify", "tar/plain.tar"] + options, directory: fixtures)
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("ocimerge: \(sentence)"), "\(run.stderr)")
    }
}
