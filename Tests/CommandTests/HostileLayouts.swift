import Foundation
import TestSupport

/// Hostile OCI image layouts.
extension HostileInput {
    typealias Layout = HandmadeLayout

    static let layouts: [HostileInput] = [
        indexes, claims, mislabelled, nested, names, damaged, oversized,
        evidence,
    ].flatMap { $0 }

    /// The index.json documents that AttackTests refuses.
    private static let indexes: [HostileInput] = AttackTests.indexes.map { json, _, sentence in
        .layout("an index.json with \(sentence)") { $0.put(Array(json.utf8), as: "index.json") }
    }

    private static let claims: [HostileInput] = [
        .layout("1,100 layers that claim 2^53 bytes each", .refused, .sizesDiffer.with([.base: .warned])) { layout in
            let layers = (0..<1_100).map {
                Layout.descriptor(SavedImage.digest(Array("\($0)".utf8)), size: "9007199254740992", Layout.layer)
            }
            let config = layout.blob(Layout.config(diffIDs: []), Layout.config)
            layout.entries = [
                layout.blob(
                    Layout.manifest(config: config, layers: layers), Layout.manifest, more: Layout.named(defaultName))
            ]
        },
        .layout(
            "1,100 manifests that claim 2^53 bytes each", .refused,
            [.base: .done, .inspect: .done, .list: .done]
        ) { layout in
            layout.entries = (0..<1_100).map {
                Layout.descriptor(SavedImage.digest(Array("\($0)".utf8)), size: "9007199254740992", Layout.manifest)
            }
        },
        .layout("a layer that is larger than it claims", .refused, .sizesDiffer) { layout in
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config)
            layout.put(Layout.tar)
            let layer = Layout.descriptor(SavedImage.digest(Layout.tar), size: "5", Layout.layer)
            let manifest = Layout.manifest(config: config, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("an index that is listed as a manifest", .refused, .namesOnly) { layout in
            let index = Layout.index([layout.image(more: Layout.platform)])
            layout.entries = [layout.blob(index, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout(
            "a layer that unpacks to 512 MB", .done,
            .silent.with([.verify: .refused, .recode: .refused, .files: .refused])
        ) { layout in
            let bomb = try Program.run("/bin/sh", ["-c", "head -c 536870912 /dev/zero | gzip -1nc"]).output
            let layer = layout.blob(bomb, Layout.layer + "+gzip")
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(bomb)]), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
    ]

    /// Content under the media type of another kind of content.
    private static let mislabelled: [HostileInput] = [
        .layout("a config whose descriptor has the media type of a layer", .refused, .namesOnly) { layout in
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.layer)
            let manifest = Layout.manifest(config: config, layers: [layout.blob(Layout.tar, Layout.layer)])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a layer as config", .refused, .namesOnly) { layout in
            let layer = layout.blob(Layout.tar, Layout.layer)
            let manifest = Layout.manifest(config: layer, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a layer as config, with the media type of a config", .refused, .namesOnly) { layout in
            let config = layout.blob(Layout.tar, Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layout.blob(Layout.tar, Layout.layer)])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout(
            "a layer with the media type of a config", .done,
            .silent.with([
                .docker: .refused, .config: .refused, .fix: .refused, .edit: .refused, .preview: .refused,
                .auto: .refused, .files: .refused,
            ])
        ) { layout in
            let layer = layout.blob(Layout.tar, Layout.config)
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a layer that is listed as a manifest", .refused, .namesOnly) { layout in
            layout.entries = [layout.blob(Layout.tar, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout(
            "a manifest that is listed as a layer", .done,
            [
                .directory: .refused, .docker: .refused, .raw: .refused, .config: .refused, .fix: .refused,
                .edit: .refused,
                .preview: .refused, .auto: .refused, .files: .refused,
            ]
        ) { layout in
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layout.blob(Layout.tar, Layout.layer)])
            layout.entries = [layout.blob(manifest, Layout.layer, more: Layout.named(defaultName))]
        },
    ]

    private static func brackets(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    private static let nested: [HostileInput] = [
        .layout("an index.json nested 100,000 deep") { $0.put(Array(brackets(100_000).utf8), as: "index.json") },
        .layout("a manifest with a member nested 100,000 deep", .refused, .namesOnly) { layout in
            let config = layout.blob(Layout.config(diffIDs: []), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [], more: #","x":\#(brackets(100_000))"#)
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a config with a member nested 100,000 deep", .refused, .namesOnly) { layout in
            let config = layout.blob(
                Layout.config(diffIDs: [], more: #","x":\#(brackets(100_000))"#), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("an index.json whose marker is nested 100,000 deep") { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            layout.put(Array(brackets(100_000).utf8), as: "oci-layout")
        },
    ]

    /// Text that moves the cursor, colours a terminal, starts a line and reverses the direction of writing.
    static let escapes = "\u{1b}[31mred\u{1b}]0;title\u{7}\r\nocimerge: error\u{202e}\u{9b}2J\u{7f}"

    private static let names: [HostileInput] = [
        .layout(
            "an image name with control characters", .done,
            .silent.with([.tag: .refused, .remove: .refused, .verify: .refused, .files: .done]), image: "x"
        ) { layout in
            layout.entries = [layout.image(more: Layout.named(escapes))]
        },
        .layout(
            "a platform with control characters", .done,
            .silent.with([
                .copy: .warned, .directory: .warned, .docker: .warned, .recode: .warned, .evidence: .warned,
                .plan: .warned,
                .tag: .refused,
                .remove: .refused,
            ])
        ) {
            layout in
            let text = Layout.quoted(escapes)
            let layer = layout.blob(Layout.tar, Layout.layer)
            let config = layout.blob(
                #"{"architecture":\#(text),"os":\#(text),"#
                    + #""rootfs":{"type":"layers","diff_ids":["\#(SavedImage.digest(Layout.tar))"]}}"#, Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layer])
            let platform = #","platform":{"os":\#(text),"architecture":\#(text)}"#
            layout.entries = [layout.blob(manifest, Layout.manifest, more: platform)]
        },
        .layout("a media type with control characters", .done, .silent.with([.recode: .warned, .docker: .refused])) {
            layout in
            let layer = layout.blob(Layout.tar, String(Layout.quoted("application/" + escapes).dropFirst().dropLast()))
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a digest with control characters") { layout in
            let digest = String(Layout.quoted("sha256:" + escapes).dropFirst().dropLast())
            layout.entries = [Layout.descriptor(digest, size: "3", Layout.manifest)]
        },
        .layout("a JSON key with control characters, twice", .refused, .namesOnly) { layout in
            let key = Layout.quoted(escapes)
            let manifest = #"{\#(key):1,\#(key):2}"#
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a version with control characters in oci-layout") { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            layout.put(Array(#"{"imageLayoutVersion":\#(Layout.quoted(escapes))}"#.utf8), as: "oci-layout")
        },
        .layout("a damaged layout in a directory with control characters", fileName: "a\u{1b}[31m\nb") { layout in
            layout.put(Array("{".utf8), as: "index.json")
        },
        .archive("no archive, in a file with control characters", fileName: "a\u{1b}[31m\nb") { Array("hello".utf8) },
    ]

    /// A sound image with one blob changed: which one, and how.
    private static func broken(
        _ description: String, _ exceptions: [Use: Outcome], _ change: @escaping @Sendable ([UInt8]) -> [UInt8],
        _ place: Int
    ) -> HostileInput {
        .layout(description, .refused, exceptions) { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            let content = layout.files[place].content
            layout.damage(content, with: change(content))
        }
    }

    private static let damaged: [HostileInput] = changed + incomplete

    private static let changed: [HostileInput] = ["layer", "config", "manifest"].enumerated().flatMap { pick, name in
        [
            broken(
                "a \(name) with another byte", pick == 0 ? .documentsOnly : .namesOnly,
                { [$0[0] ^ 1] + $0.dropFirst() }, pick),
            broken("a \(name) that is cut off", pick == 0 ? .sizesDiffer : .namesOnly, { Array($0.dropLast()) }, pick),
            broken("a \(name) that is empty", pick == 0 ? .sizesDiffer : .namesOnly, { _ in [] }, pick),
            broken("a \(name) with more behind it", pick == 0 ? .sizesDiffer : .namesOnly, { $0 + [32] }, pick),
        ]
    }

    private static let incomplete: [HostileInput] = [
        .layout("a manifest that is no JSON", .refused, .namesOnly) { layout in
            layout.entries = [layout.blob("{]", Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a manifest without layers and config", .refused, .namesOnly) { layout in
            layout.entries = [layout.blob("{}", Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout(
            "a manifest that is absent", .refused,
            [.base: .done, .inspect: .done, .list: .done, .tag: .done, .remove: .done]
        ) { layout in
            layout.entries = [Layout.descriptor([1], Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a layer that is absent", .refused, .sizesDiffer.with([.base: .warned])) { layout in
            let layer = Layout.descriptor(Layout.tar, Layout.layer)
            let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(Layout.tar)]), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [layer])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("an empty index.json") { $0.put([], as: "index.json") },
        .layout("an index.json of zeros") { $0.put([UInt8](repeating: 0, count: 4096), as: "index.json") },
        .layout("a layout of version 2") { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            layout.put(Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8), as: "oci-layout")
        },
    ]

    private static func padded(_ json: String, to size: Int) -> [UInt8] {
        Array(json.utf8) + [UInt8](repeating: 32, count: size - json.utf8.count)
    }

    private static let oversized: [HostileInput] = [
        .layout("an index.json of 30 MB") { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            layout.put(padded(Layout.index(layout.entries), to: 30_000_000), as: "index.json")
        },
        .layout("a manifest of 30 MB", .refused, .namesOnly) { layout in
            let config = layout.blob(Layout.config(diffIDs: []), Layout.config)
            let manifest = padded(Layout.manifest(config: config, layers: []), to: 30_000_000)
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("a config of 30 MB", .refused, .namesOnly) { layout in
            let config = layout.blob(padded(Layout.config(diffIDs: []), to: 30_000_000), Layout.config)
            let manifest = Layout.manifest(config: config, layers: [])
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
        .layout("an oci-layout of 30 MB") { layout in
            layout.entries = [layout.image(more: Layout.named(defaultName))]
            layout.put(padded(#"{"imageLayoutVersion":"1.0.0"}"#, to: 30_000_000), as: "oci-layout")
        },
    ]

    /// Images that make the search for executables long. Where it ends without a result, commands warn.
    private static let evidence: [HostileInput] = EvidenceBombTests.bombs.map { sentence, image in
        // No kernel takes such names.
        let isLong = sentence.hasPrefix("sixty links") || sentence.hasPrefix("a program below")
        let documents: [Use: Outcome] = [
            .fix: .done, .edit: .done, .preview: .done, .inspect: .done, .raw: .done, .config: .done, .base: .done,
            .verify: isLong ? .done : .refused, .files: isLong ? .refused : .done, .auto: isLong ? .warned : .done,
            .start: isLong ? .warned : .refused,
        ]
        let ends = sentence.contains("a hundred thousand directories")
        return .archive("an image with \(sentence)", ends ? .done : .warned, documents) { try image.archive(.gzip) }
    }
}
