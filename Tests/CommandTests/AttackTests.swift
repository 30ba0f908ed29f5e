import Foundation
import TestSupport
import Testing

/// Hostile archives and layouts. Each is refused with one error, and nothing is left behind.
@Suite("Hostile sources")
struct AttackTests {
    private static let image = SavedImage(["a:1"], layers: [Array("one layer".utf8)])
    private static let config = String(image.configDigest.dropFirst(7)) + ".json"

    /// An archive whose manifest.json names `l/layer.tar`, which `add` adds.
    private static func archive(layer: String = "l/layer.tar", _ add: (inout TarBuilder) -> Void) -> [UInt8] {
        var tar = TarBuilder()
        tar.add(config, image.config)
        add(&tar)
        tar.add("manifest.json", #"[{"Config":"\#(config)","RepoTags":["a:1"],"Layers":["\#(layer)"]}]"#)
        return tar.finished
    }

    struct Attack: Sendable, CustomStringConvertible {
        let description: String
        let archive: [UInt8]
        /// The expected error. `SOURCE` stands for the name of the source.
        let refusal: String
    }

    static let archives: [Attack] = [
        Attack(
            description: "a link that climbs out of the archive",
            archive: archive { $0.add("l/layer.tar", [], type: "2", link: "../../../../etc/passwd") },
            refusal: "SOURCE: the link l/layer.tar points out of the archive"),
        Attack(
            description: "a link to an absolute path",
            archive: archive { $0.add("l/layer.tar", [], type: "2", link: "/etc/passwd") },
            refusal: "SOURCE: the link l/layer.tar points out of the archive"),
        Attack(
            description: "links that lead to each other",
            archive: archive {
                $0.add("l/layer.tar", [], type: "2", link: "../m/layer.tar")
                $0.add("m/layer.tar", [], type: "2", link: "../l/layer.tar")
            }, refusal: "SOURCE: the link l/layer.tar leads back to itself"),
        Attack(
            description: "a link to itself",
            archive: archive { $0.add("l/layer.tar", [], type: "2", link: "layer.tar") },
            refusal: "SOURCE: the link l/layer.tar leads back to itself"),
        Attack(
            description: "a link to nothing",
            archive: archive { $0.add("l/layer.tar", [], type: "2", link: "../m/layer.tar") },
            refusal: "SOURCE: the link l/layer.tar points at m/layer.tar, which is absent"),
        Attack(
            description: "a device", archive: archive { $0.add("l/layer.tar", [], type: "3") },
            refusal: "SOURCE: l/layer.tar is not a regular file"),
        Attack(
            description: "a FIFO", archive: archive { $0.add("l/layer.tar", [], type: "6") },
            refusal: "SOURCE: l/layer.tar is not a regular file"),
        Attack(
            description: "a directory", archive: archive { $0.add("l/layer.tar", [], type: "5") },
            refusal: "SOURCE lacks l/layer.tar, which its manifest names"),
        Attack(
            description: "two layers of one name",
            archive: archive {
                $0.add("l/layer.tar", "one layer")
                $0.add("l/layer.tar", "two layer")
            }, refusal: "SOURCE holds l/layer.tar twice with different content; it is ambiguous, so it is refused"),
        Attack(
            description: "two layers of one name, spelt differently",
            archive: archive {
                $0.add("l/layer.tar", "one layer")
                $0.add("./l//layer.tar", "two layer")
            }, refusal: "SOURCE holds l/layer.tar twice with different content; it is ambiguous, so it is refused"),
        Attack(
            description: "a layer that is not there", archive: archive { _ in },
            refusal: "SOURCE lacks l/layer.tar, which its manifest names"),
        Attack(
            description: "a layer in a compression that images do not know",
            archive: archive { $0.add("l/layer.tar", [0xfd] + Array("7zXZ\0some".utf8)) },
            refusal:
                "SOURCE: layer l/layer.tar is compressed with xz, for which images have no media type; compress it with "
                + "gzip or zstd, or not at all"),
        Attack(
            description: "a manifest.json without images", archive: single("[]"), refusal: "SOURCE holds no image"),
        Attack(
            description: "a manifest.json that is no list", archive: single("{}"),
            refusal: "SOURCE is neither an OCI image layout nor a docker-save archive nor a skopeo directory"),
        Attack(
            description: "a duplicate key in manifest.json",
            archive: single(#"[{"Config":"a","Config":"b"}]"#),
            refusal:
                #"SOURCE: manifest.json is not valid JSON: member "Config" appears twice with different values at byte 15"#
        ),
        Attack(
            description: "a manifest.json nested beyond reason",
            archive: single(String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)),
            refusal: "SOURCE: manifest.json is not valid JSON: nested too deeply at byte 100"),
        Attack(
            description: "a manifest.json that never ends",
            archive: single("[" + String(repeating: " ", count: 21 << 20) + "]"),
            refusal: "SOURCE: manifest.json is larger than the 21.0 MB allowed for such a document"),
    ]

    private static func single(_ manifest: String) -> [UInt8] {
        var tar = TarBuilder()
        tar.add("manifest.json", manifest)
        return tar.finished
    }

    @Test("a hostile archive is refused", arguments: archives)
    func archive(_ attack: Attack) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(attack.archive, to: "in.tar")
        let run = try ocimerge(source, "-o", directory.path("out"))
        expectFailure(run, attack.refusal.replacingOccurrences(of: "SOURCE", with: source))
        let streamed = try ocimerge("-", "-o", directory.path("out"), input: attack.archive)
        expectFailure(streamed, attack.refusal.replacingOccurrences(of: "SOURCE", with: "standard input"))
        #expect(try Tree.names(in: directory.path) == ["in.tar"])
    }

    @Test(
        "member names that leave the archive write no file", arguments: ["../../layer.tar", "/layer.tar", "a/../../b"])
    func climbing(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let bytes = Self.archive(layer: name) { $0.add(name, "one layer") }
        let source = try directory.write(bytes, to: "x/y/in.tar")
        for run in [
            try ocimerge(source, "-q", "-o", directory.path("x/y/out")),
            try ocimerge("-", "-q", "-o", directory.path("x/y/out2"), input: bytes),
        ] where run.status != 0 { expectOneSentence(run, "\(name)") }
        #expect(try Tree.names(in: directory.path) == ["x"])
        #expect(try Tree.names(in: directory.path("x")) == ["y"])
        #expect(!FileManager.default.fileExists(atPath: "/layer.tar"))
    }

    static let indexes: [(json: String, refusal: String, sentence: String)] = [
        (
            entry(digest: "sha256:../../../../etc/passwd"),
            "index.json holds a malformed digest 'sha256:../../../../etc/passwd'",
            "a digest that is a path"
        ),
        (
            entry(digest: "sha256:" + String(repeating: "A", count: 64)),
            "index.json holds a malformed digest 'sha256:\(String(repeating: "A", count: 64))'",
            "a digest in upper case"
        ),
        (entry(digest: "md5:00"), "index.json holds a malformed digest 'md5:00'", "an unknown algorithm"),
        (
            entry(size: "-1"), "index.json is malformed: manifests[0].size must be an integer from 0 to 2^53",
            "a negative size"
        ),
        (
            entry(size: "1e30"), "index.json is malformed: manifests[0].size must be an integer from 0 to 2^53",
            "a huge size"
        ),
        (
            entry(size: "1.5"), "index.json is malformed: manifests[0].size must be an integer from 0 to 2^53",
            "half a byte"
        ),
        (
            #"{"schemaVersion":2,"manifests":[],"layers":[]}"#,
            "index.json is ambiguous: tools read it differently, so it is refused",
            "index and manifest at once"
        ),
        (
            #"{"schemaVersion":2,"manifests":[],"Manifests":[]}"#,
            "index.json is ambiguous: tools read it differently, so it is refused",
            "two keys that Go takes for one"
        ),
        (
            #"{"schemaVersion":2,"manifests":[],"manifests":[1]}"#,
            #"index.json is not valid JSON: member "manifests" appears twice with different values at byte 34"#,
            "a key twice"
        ),
    ]

    private static func entry(
        digest: String = "sha256:" + String(repeating: "0", count: 64), size: String = "10"
    ) -> String {
        #"{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","#
            + #""digest":"\#(digest)","size":\#(size)}]}"#
    }

    @Test("a hostile index.json is refused", arguments: indexes.indices)
    func index(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (json, refusal, _) = Self.indexes[number]
        try directory.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "in/oci-layout")
        try directory.write(Array(json.utf8), to: "in/index.json")
        expectFailure(
            try ocimerge(directory.path("in"), "-o", directory.path("out")), "\(directory.path("in")): \(refusal)")
        #expect(try Tree.names(in: directory.path) == ["in"])
    }

    @Test(
        "endless streams are refused", .mustEnd,
        arguments: ["/dev/zero", "/dev/urandom", "yes |", "gzip -1 < /dev/zero |"])
    func endless(_ source: String) throws {
        let directory = try TemporaryDirectory()
        let command =
            source.hasSuffix("|") ? "\(source) \(Program.ocimerge) - -o out" : "\(Program.ocimerge) \(source) -o out"
        let run = try Program.run("sh", ["-c", command + " 2> said"], directory: directory.path)
        #expect(run.status == 1)
        let said = try String(contentsOfFile: directory.path("said"), encoding: .utf8)
        let name = source.hasSuffix("|") ? "standard input" : source
        // gzip and yes may report the closed pipe.
        let sentence = "ocimerge: \(name) is neither a tar archive nor a compressed one; no image can be read from it\n"
        #expect(said == sentence)
    }
}
