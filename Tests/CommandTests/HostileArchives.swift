import Foundation
import TestSupport

/// Hostile archives as `docker save` wrote them before version 25, and files that are no archives.
extension HostileInput {
    static let archives: [HostileInput] = [attacks, climbing, garbage, fixtures, cut, links, repeatedLinks, headers]
        .flatMap { $0 }

    private static let headers: [HostileInput] = [
        .archive("10 PAX names of 1 MB before a sound archive", .done) {
            var tar = TarBuilder()
            for number in 0..<10 {
                tar.pax([("path", String(repeating: "n", count: 1_000_000) + "\(number)")])
                tar.file("short", "")
            }
            return tar.bytes + (try read("tar/plain.tar"))
        },
        .archive("a PAX header that claims 8 EB") {
            var tar = TarBuilder()
            var header = TarBuilder.Header("x", type: "x")
            header.sizeField = TarBuilder.base256(Int64.max)
            tar.header(header)
            tar.zeros()
            return tar.bytes
        },
        .archive("a member that claims 8 EB") {
            var tar = TarBuilder()
            var header = TarBuilder.Header("manifest.json")
            header.sizeField = TarBuilder.base256(Int64.max)
            tar.header(header)
            tar.data(Array("[]".utf8))
            return tar.bytes
        },
        .archive("a PAX record with a length of 2^64") {
            var tar = TarBuilder()
            tar.extended("x", Array("18446744073709551616 path=manifest.json\n".utf8))
            tar.file("x", "[]")
            tar.zeros()
            return tar.bytes
        },
        .archive("a PAX size of -1") {
            var tar = TarBuilder()
            tar.pax([("size", "-1")])
            tar.file("manifest.json", "[]")
            tar.zeros()
            return tar.bytes
        },
        .archive("10,000 names that are not valid UTF-8 or hold control characters") {
            var tar = TarBuilder()
            for number in 0..<10_000 {
                tar.header(.init("\u{1b}[31m\n\u{7f}\(number)"))
            }
            tar.zeros()
            return tar.bytes
        },
    ]

    /// The archives that AttackTests refuses.
    private static let attacks: [HostileInput] = AttackTests.archives.map { attack in
        .archive(attack.description) { attack.archive }
    }

    private static let climbing: [HostileInput] = ["../../layer.tar", "/layer.tar", "a/../../b"].map { name in
        .archive("a layer called \(name)", .done, .silent.with([.verify: .refused, .start: .warned])) {
            let image = SavedImage(["a:1"])
            var tar = TarBuilder()
            tar.add("config.json", image.config)
            tar.add(name, image.layers[0])
            tar.add("manifest.json", #"[{"Config":"config.json","RepoTags":["a:1"],"Layers":["\#(name)"]}]"#)
            return tar.finished
        }
    }

    private static let garbage: [HostileInput] =
        RefusalTests.garbage.map { name, bytes, _ in
            .archive("no archive: \(name)", .refused, bytes.isEmpty ? [.credentials: .done] : [:]) { bytes }
        } + [
            .archive("random bytes behind a sound header") {
                let noise = (0..<20_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
                return try read("tar/plain.tar").prefix(512) + noise
            }
        ]

    static func read(_ fixture: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(fixture))))
    }

    /// The fixtures that RefusalTests refuses, their compressed variants, and archives that are cut off.
    private static let fixtures: [HostileInput] = RefusalTests.sentences.keys.sorted().filter { $0.hasSuffix(".tar") }
        .flatMap { name -> [HostileInput] in
            let isDamaged = name.contains("corrupt")
            var exceptions: [Use: Outcome] = isDamaged ? .documentsOfArchive : [:]
            if name.hasSuffix("corrupt-layer.oci.tar") { exceptions[.auto] = .done }
            return [
                .archive(name, .refused, exceptions) { try read(name) },
                .archive("\(name), compressed with gzip", .refused, exceptions) { try compressed(read(name), "gzip") },
            ]
        }

    private static let cut: [HostileInput] = ["gz", "zst", "xz", "bz2", "lz4"].map { suffix in
        .archive("the first half of plain.tar.\(suffix)") {
            let bytes = try read("tar/compressed/plain.tar.\(suffix)")
            return Array(bytes.prefix(bytes.count / 2))
        }
    }

    static func compressed(_ bytes: [UInt8], _ program: String) throws -> [UInt8] {
        try Program.run(program, program == "zstd" ? ["-qc"] : ["-nc"], input: bytes).output
    }

    private static let links: [HostileInput] = [("1", "hard"), ("2", "symbolic")].map { type, kind in
        // The search for executables gives up, unless it is told to go on.
        let documents: [Use: Outcome] = [
            .evidence: .done, .fix: .done, .edit: .done, .preview: .done, .inspect: .done, .raw: .done, .config: .done,
            .base: .done, .verify: .done,
        ]
        return .archive("1,000 \(kind) links to a layer of 50 MB", .warned, documents) {
            linked(Character(type), (0..<1_000).map { "\($0).tar" })
        }
    }

    /// Members of one name must have the same content. What many of them lead to is compared once.
    private static let repeatedLinks: [HostileInput] = [("1", "hard"), ("2", "symbolic")].flatMap { type, kind in
        [
            .archive("900 \(kind) links of one name to a layer of 50 MB", .done, .silent) {
                linked(Character(type), Array(repeating: "0.tar", count: 900))
            },
            .archive("100 names, each with \(kind) links to two equal layers of 50 MB", .done, .silent) {
                let names = (0..<100).map { "\($0).tar" }
                return linked(Character(type), names, copies: ["layer.tar", "copy.tar"])
            },
            .archive("900 \(kind) links of one name to a config of 50 MB") {
                var tar = TarBuilder()
                tar.file("large.json", [UInt8](repeating: 32, count: 50_000_000))
                for _ in 0..<900 { tar.header(.init("config.json", type: Character(type), link: "large.json")) }
                tar.file("manifest.json", #"[{"Config":"config.json","RepoTags":["demo/app:1.0"],"Layers":[]}]"#)
                tar.zeros()
                return tar.bytes
            },
        ]
    }

    /// An archive with a layer of 50 MB, which has these file names, and links to each of them. A link has each of `names`;
    /// each name is a layer.
    static func linked(_ type: Character, _ names: [String], copies: [String] = ["layer.tar"]) -> [UInt8] {
        let layer = TarBuilder.archive([("bulk", [UInt8](repeating: 7, count: 50_000_000))])
        let layers = Set(names).sorted()
        let digest = SavedImage.digest(layer)
        var tar = TarBuilder()
        tar.file("config.json", HandmadeLayout.config(diffIDs: layers.map { _ in digest }))
        for copy in copies {
            tar.file(copy, layer)
            for name in names { tar.header(.init(name, type: type, link: copy)) }
        }
        let list = layers.map { "\"\($0)\"" }.joined(separator: ",")
        tar.file("manifest.json", #"[{"Config":"config.json","RepoTags":["demo/app:1.0"],"Layers":[\#(list)]}]"#)
        tar.zeros()
        return tar.bytes
    }
}
