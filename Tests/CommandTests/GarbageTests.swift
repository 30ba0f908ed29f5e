import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("gc removes unneeded blobs and nothing else")
struct GarbageTests {
    @Test("Every needed file stays", arguments: GarbageCase.all)
    func keeps(_ layout: GarbageCase) throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in layout.files { try directory.write(bytes, to: "l/\(name)") }
        let path = directory.path("l")
        let garbage = layout.garbage.map {
            "sha\($0.contains("sha512") ? "512" : "256"):\($0.split(separator: "/")[2])\n"
        }
        for options in [["-q", "--dry-run"], ["-q"]] {
            #expect(try Tree.read(path) == layout.files)
            let run = try Program.ocimerge(["gc", path] + options)
            #expect(run.status == 0)
            // An absent manifest may need what is removed.
            #expect(run.stderr == "" || run.stderr.contains("blobs that only an absent manifest needs are removed"))
            #expect(run.stdout == garbage.sorted().joined())
        }
        #expect(try Tree.read(path) == layout.files.filter { !layout.garbage.contains($0.key) })
        let again = try Program.ocimerge(["gc", path, "-q"])
        expectDone(again)
        #expect(again.stdout == "")
    }

    /// A layout with a part that `gc` cannot read.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let why: String
        let files: [(String, [UInt8])]
        let says: String
        var testDescription: String { why }

        init(_ why: String, says: String, _ files: [(String, [UInt8])]) {
            (self.why, self.says, self.files) = (why, says, files)
        }

        /// An image whose blob of that digest has other bytes.
        init(_ why: String, says: String, _ digest: Digest, _ change: ([UInt8]) -> [UInt8]) {
            let image = GarbageCase.image
            let files = SampleFiles.layout([image, GarbageCase.orphan], roots: [image.entry(name: "a:1")])
            self.init(why, says: says, files.map { $0.0.hasSuffix(digest.hex) ? ($0.0, change($0.1)) : $0 })
        }

        /// An entry for this document, beside garbage.
        init(_ why: String, says: String, _ document: some SampleBlob, bytes: [UInt8]? = nil) {
            let files = SampleFiles.layout([GarbageCase.orphan], [], roots: [SampleImage.entry(document)])
            self.init(why, says: says, files + [("blobs/sha256/\(document.digest.hex)", bytes ?? document.bytes)])
        }
    }

    static func large(_ start: String, _ type: MediaType) -> SampleContent {
        SampleContent(Array(start.utf8) + Array(repeating: UInt8(ascii: " "), count: 5 << 20), mediaType: type)
    }

    static let refusals: [Refusal] = [
        Refusal("a damaged manifest", says: "is damaged", GarbageCase.image.manifest.digest) { [$0[0] ^ 1] + $0[1...] },
        Refusal("a manifest that is cut off", says: "is damaged", GarbageCase.image.manifest.digest) {
            Array($0.dropLast())
        },
        Refusal("a damaged config", says: "is damaged", GarbageCase.image.config.digest) { [$0[0]] + $0.reversed() },
        Refusal("a manifest that is not JSON", says: "is not valid JSON", GarbageCase.content("{]", .ociManifest)),
        Refusal(
            "a manifest without layers", says: "is malformed", GarbageCase.content(#"{"config":{}}"#, .ociManifest)),
        Refusal("a manifest of schema 1", says: "schema 1", GarbageCase.content("{}", .dockerSchema1)),
        Refusal("a manifest that is too large", says: "is larger than", large("{}", .ociManifest)),
        Refusal("an unknown document that is too large", says: "is larger than", large("{}", GarbageCase.unknown)),
        Refusal("an unknown document that is not JSON", says: "is not valid JSON", GarbageCase.content("{]")),
        Refusal(
            "an unknown document that is damaged", says: "is damaged", GarbageCase.content(#"{"blobs":[]}"#),
            bytes: Array("nothing".utf8)),
        Refusal(
            "indexes nested too deeply", says: "nested too deeply",
            {
                var documents = [SampleImage.index([])]
                for _ in 0..<9 { documents.append(SampleImage.index([documents[documents.count - 1].descriptor])) }
                return SampleFiles.layout(
                    [GarbageCase.orphan], documents, roots: [documents[documents.count - 1].descriptor])
            }()),
        Refusal(
            "a damaged manifest.json", says: "manifest.json is not valid JSON",
            SampleFiles.layout([GarbageCase.orphan], roots: []) + [("manifest.json", Array("[".utf8))]),
        Refusal(
            "a layout without oci-layout file", says: "has no oci-layout file",
            SampleFiles.layout([GarbageCase.orphan], roots: []).filter { $0.0 != "oci-layout" }),
        Refusal(
            "a layout of another version", says: "has version '2.0.0'",
            SampleFiles.layout([GarbageCase.orphan], roots: []).map {
                $0.0 == "oci-layout" ? ($0.0, Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8)) : $0
            }),
        Refusal(
            "a damaged index.json", says: "index.json is not valid JSON",
            SampleFiles.layout([GarbageCase.orphan], roots: []).map {
                $0.0 == "index.json" ? ($0.0, Array("{".utf8)) : $0
            }),
    ]

    @Test("gc removes nothing if it cannot read a document that may hold references", arguments: refusals)
    func refuses(_ layout: Refusal) throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in layout.files { try directory.write(bytes, to: "l/\(name)") }
        let before = try Tree.read(directory.path("l"))
        let run = try Program.ocimerge(["gc", directory.path("l")])
        expectOneSentence(run, "\(layout.why)")
        #expect(run.stderr.contains(layout.says), "\(run.stderr)")
        #expect(try Tree.read(directory.path("l")) == before)
    }

    @Test("A link instead of a document is an error, and a link instead of garbage stays")
    func links() throws {
        let directory = try TemporaryDirectory()
        let image = GarbageCase.image
        for (name, bytes) in SampleFiles.layout([image], roots: [image.entry(name: "a:1")]) {
            try directory.write(bytes, to: "l/\(name)")
        }
        let link = "blobs/sha256/" + String(repeating: "0", count: 64)
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("l/\(link)"), withDestinationPath: directory.path("l/oci-layout"))
        let run = try Program.ocimerge(["gc", directory.path("l")])
        expectDone(run)
        #expect(
            run.stdout == """
                freed 0 B in \(directory.path("l")): 0 blobs removed, 4 kept
                a link among the blobs, left alone: \(link)

                """)
        let manifest = directory.path("l/blobs/sha256/\(image.manifest.digest.hex)")
        try FileManager.default.moveItem(atPath: manifest, toPath: directory.path("away"))
        try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: directory.path("away"))
        expectFailure(
            try Program.ocimerge(["gc", directory.path("l")]),
            "\(manifest) is not a regular file (links are not followed inside a layout)")
    }

    @Test("Files that are not blobs are listed by kind, also in a dry run")
    func unknownFiles() throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in SampleFiles.layout([], roots: []) { try directory.write(bytes, to: "l/\(name)") }
        let orphan = GarbageCase.content("orphan")
        try directory.write(orphan.bytes, to: "l/blobs/sha256/\(orphan.digest.hex)")
        try directory.write([1], to: "l/blobs/sha256/x")
        try directory.write([1], to: "l/blobs/md5/x/y")
        func name(_ digit: String) -> String { "blobs/sha256/" + String(repeating: digit, count: 64) }
        for folder in [name("1"), "blobs/zzz"] {
            try FileManager.default.createDirectory(
                atPath: directory.path("l/\(folder)"), withIntermediateDirectories: true)
        }
        try Program.run("mkfifo", [directory.path("l/\(name("2"))")])
        try Program.run("ln", ["-s", "none", directory.path("l/\(name("3"))")])
        let unknown = """
            a directory among the blobs, left alone: blobs/md5
            a directory among the blobs, left alone: \(name("1"))
            not a regular file, left alone: \(name("2"))
            a link among the blobs, left alone: \(name("3"))
            not named by a digest, left alone: blobs/sha256/x
            a directory among the blobs, left alone: blobs/zzz

            """
        let dry = try Program.ocimerge(["gc", "--dry-run", "l"], directory: directory.path)
        expectDone(dry)
        #expect(
            dry.stdout == "would remove 1 blob (6 B) from l and keep 0\n  \(orphan.digest)  6 B\n" + unknown)
        let run = try Program.ocimerge(["gc", "l"], directory: directory.path)
        expectDone(run)
        #expect(run.stdout == "freed 6 B in l: 1 blob removed, 0 kept\n" + unknown)
    }

    @Test("Leftovers of killed runs in and beside the layout are removed, other files stay")
    func leftovers() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("l")
        for (name, bytes) in GarbageCase.all[0].files { try directory.write(bytes, to: "l/\(name)") }
        try directory.write([1], to: "l/.inside.ocimerge-1/layout/x")
        try directory.write([1], to: ".l.ocimerge-2/x")
        try directory.write([1], to: ".m.ocimerge-3/x")
        let said = """
            left by a killed run, removed: \(path)/.inside.ocimerge-1
            left by a killed run, removed: \(directory.path(".l.ocimerge-2"))

            """
        let before = try Tree.read(directory.path)
        let dry = try Program.ocimerge(["gc", "--dry-run", path])
        #expect(dry.stdout.hasSuffix(said.replacing(", removed", with: "")), "\(dry.stdout)")
        #expect(try Tree.read(directory.path) == before)
        let run = try Program.ocimerge(["gc", path])
        expectDone(run)
        #expect(run.stdout.hasSuffix(said))
        #expect(try Tree.names(in: directory.path) == [".m.ocimerge-3", "l"])
        #expect(try Tree.names(in: path) == ["blobs", "index.json", "oci-layout"])
    }
}
