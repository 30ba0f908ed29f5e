import TestSupport

/// Hostile OCI image layouts that list one document many times.
extension HostileInput {
    static let repeats: [HostileInput] = listed(small, warns: false) + listed(large, warns: true) + levels

    /// Sizes of a manifest that is listed many times.
    private static let small = (layers: 2, sentence: "one manifest of 1 kB")
    private static let large = (layers: 10_000, sentence: "one manifest of 3.6 MB")

    private static func manifest(_ layers: Int, _ layout: inout Layout) -> (bytes: String, descriptor: String) {
        let note = String(repeating: "-", count: 180)
        let layer = layout.blob(Layout.tar, Layout.layer, more: #","annotations":{"note":"\#(note)"}"#)
        let diffIDs = Array(repeating: SavedImage.digest(Layout.tar), count: layers)
        let config = layout.blob(Layout.config(diffIDs: diffIDs), Layout.config)
        let text = Layout.manifest(config: config, layers: Array(repeating: layer, count: layers))
        return (text, layout.blob(text, Layout.manifest, more: Layout.platform))
    }

    /// Descriptors of one manifest for 200 platforms.
    private static func platforms(_ manifest: String) -> [String] {
        let digest = SavedImage.digest(Array(manifest.utf8))
        return (0..<200).map {
            Layout.descriptor(
                digest, size: "\(manifest.utf8.count)", Layout.manifest,
                more: #","platform":{"os":"linux","architecture":"amd64","os.version":"\#($0)"}"#)
        }
    }

    /// One manifest, listed 200 times. `warns`: Whether it has more layers than a short search for executables reads. An
    /// image cannot have one more layer then.
    private static func listed(_ size: (layers: Int, sentence: String), warns: Bool) -> [HostileInput] {
        let common: [Use: Outcome] =
            warns
            ? .silent.with([.copy: .warned, .plan: .warned, .recode: .warned, .layers: .refused]) : .silent
        let unnamed = common.with([.tag: .refused, .remove: .refused])
        return [
            .layout("\(size.sentence), listed 200 times", .done, unnamed) { layout in
                layout.entries = Array(repeating: manifest(size.layers, &layout).descriptor, count: 200)
            },
            .layout("\(size.sentence), listed 200 times in an index", .done, common) { layout in
                let index = Layout.index(Array(repeating: manifest(size.layers, &layout).descriptor, count: 200))
                layout.entries = [layout.blob(index, Layout.index, more: Layout.named(defaultName))]
            },
            .layout("\(size.sentence), listed for 200 platforms", .done, unnamed) { layout in
                layout.entries = platforms(manifest(size.layers, &layout).bytes)
            },
            .layout("\(size.sentence), listed for 200 platforms in an index", .done, common.with([.docker: .refused])) {
                layout in
                let index = Layout.index(platforms(manifest(size.layers, &layout).bytes))
                layout.entries = [layout.blob(index, Layout.index, more: Layout.named(defaultName))]
            },
        ]
    }

    private static let levels: [HostileInput] = [
        .layout("30 levels of indexes, each listing the next ten times", .refused, [.list: .warned]) { layout in
            var entry = layout.image(more: Layout.platform)
            for _ in 0..<30 { entry = layout.blob(Layout.index(Array(repeating: entry, count: 10)), Layout.index) }
            layout.entries = [entry]
        },
        .layout("7 levels of indexes, each listing the next ten times", .done, .silent.with([.directory: .refused])) {
            layout in
            var entry = layout.image(more: Layout.platform)
            for _ in 0..<6 { entry = layout.blob(Layout.index(Array(repeating: entry, count: 10)), Layout.index) }
            let top = Layout.index(Array(repeating: entry, count: 10))
            layout.entries = [layout.blob(top, Layout.index, more: Layout.named(defaultName))]
        },
        .layout(
            "a manifest of 10,000 layers with a wrong media type", .warned,
            [
                .raw: .done, .config: .done, .base: .done, .list: .done, .tag: .done, .remove: .done,
                .collect: .done,
                .verify: .refused, .files: .done, .layers: .refused,
            ]
        ) { layout in
            let layer = layout.blob(Layout.tar, Layout.layer + "+gzip")
            let diffIDs = Array(repeating: SavedImage.digest(Layout.tar), count: 10_000)
            let config = layout.blob(Layout.config(diffIDs: diffIDs), Layout.config)
            let manifest = Layout.manifest(config: config, layers: Array(repeating: layer, count: 10_000))
            layout.entries = [layout.blob(manifest, Layout.manifest, more: Layout.named(defaultName))]
        },
    ]
}
