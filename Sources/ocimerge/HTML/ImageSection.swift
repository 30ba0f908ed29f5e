internal import ByteIO
internal import ImageModel

/// One image of a page: its names, the size of its platforms, and each platform.
struct ImageSection {
    private let image: SourceSummary.Image
    private let summary: SourceSummary
    private let findings: FindingCounts
    private let outline: PageOutline
    private let users: LayerUsers

    init(
        _ image: SourceSummary.Image, in summary: SourceSummary, _ findings: FindingCounts, _ outline: PageOutline
    ) {
        self.image = image
        self.summary = summary
        self.findings = findings
        self.outline = outline
        users = LayerUsers(of: image)
    }

    private static let shownNames = 3
    private static let shownPlatforms = 8
    /// More platforms than these are collapsed.
    private static let openPlatforms = 4

    /// `isOpen`: Whether the platforms are shown at once.
    func write(to page: inout PageWriter, isOpen: Bool) throws(IOFailure) {
        try page.element(.section, [.style("image")]) { (page) throws(IOFailure) in
            try page.add(heading)
            if isOpen { return try writePlatforms(to: &page) }
            try page.element(.details) { (page) throws(IOFailure) in
                try page.add(HTML(.summary, platforms))
                try writePlatforms(to: &page)
            }
        }
    }

    /// The first platforms in one line, each with its mark.
    private var platforms: HTML {
        let names = image.platforms.prefix(Self.shownPlatforms).enumerated().map { number, entry -> HTML in
            let name = PlatformFacts(entry, in: summary, findings).mark.text(PageText.platform(entry.platform))
            return number == 0 ? name : [", ", name]
        }
        let rest = image.platforms.count - names.count
        return [HTML(Array(names)), rest > 0 ? .words(" and \(CountText.text(rest, "more platform"))") : []]
    }

    private var heading: HTML {
        let names = image.labels.map(\.description)
        let shown = image.platforms.count == image.platformCount ? "" : ", \(image.platforms.count) shown"
        let kind =
            image.root.mediaType.isIndex
            ? "Index of \(CountText.text(image.platformCount, "platform"))\(shown)" : "Manifest"
        return [
            HTML(outline.image, PageText.names(names, limit: Self.shownNames)),
            HTML(.p, [.words(kind), " ", PageText.digest(image.root.digest)]),
            names.count > Self.shownNames
                ? PageText.details(
                    .words("All \(CountText.text(names.count, "name"))"), isOpen: false,
                    PageText.list(names.map(HTML.text))) : [],
            // The section of a manifest shows its own.
            image.root.mediaType.isIndex ? SettingsSection.annotations(image.annotations) : [],
        ]
    }

    private func writePlatforms(to page: inout PageWriter) throws(IOFailure) {
        let layers = image.platforms.enumerated().map { place, entry in
            entry.isAbridged ? [] : LayerSection.shared(entry.manifest.layers, at: place, users)
        }
        try page.add(LayerBars.html(image, layers))
        var first: PlatformSection?
        for (entry, layers) in zip(image.platforms, layers) {
            let section = PlatformSection(PlatformFacts(entry, in: summary, findings), layers)
            let html = section.html(after: first)
            if first == nil { first = section }
            try page.element(.section, [.style("platform")]) { (page) throws(IOFailure) in
                try page.add(HTML(outline.platform, PageText.platform(entry.platform)))
                if image.platforms.count <= Self.openPlatforms { return try page.add(html) }
                try page.add(PageText.details("Metadata, layers and settings", isOpen: false, html))
            }
        }
    }
}

/// One listing of an image: the metadata beside the evidence, the layers and the settings.
struct PlatformSection {
    private let facts: PlatformFacts
    private let layers: [LayerSection.Layer]
    private let details: ConfigDetails?
    /// Settings and annotations.
    private let settings: HTML

    init(_ facts: PlatformFacts, _ layers: [LayerSection.Layer]) {
        self.facts = facts
        self.layers = layers
        details = facts.entry.isAbridged ? nil : facts.entry.manifest.details
        settings =
            facts.entry.isAbridged
            ? []
            : [
                details.map(SettingsSection.html) ?? [], SettingsSection.annotations(facts.entry.manifest.annotations),
            ]
    }

    private var entry: SourceSummary.PlatformEntry { facts.entry }

    /// `first` is the first platform of the image, whose settings are not repeated; `nil` if this is the first.
    func html(after first: PlatformSection?) -> HTML {
        let end: HTML =
            entry.isAbridged
            ? HTML(.p, [.style("quiet")], "Layers and settings are those of the same manifest above.")
            : [
                LayerSection.html(layers),
                first.flatMap { $0.settings == settings ? $0.reference : nil } ?? settings,
                details.map { SettingsSection.history($0, layers: entry.manifest.layers.map(\.descriptor.digest)) }
                    ?? [],
            ]
        return [identity, comparison, end]
    }

    /// The place of the same settings.
    private var reference: HTML? {
        settings.isEmpty
            ? nil
            : HTML(
                .p, [.style("quiet")],
                ["Settings and annotations are those of ", PageText.platform(entry.platform), "."])
    }

    private var identity: HTML {
        let attestations = entry.isAbridged ? [] : entry.manifest.attestations.map { PageText.digest($0.digest) }
        return PageTable.pairs(
            [
                ("Manifest", PageText.digest(entry.descriptor.digest)),
                ("Config", PageText.digest(entry.manifest.config)),
                ("Created", entry.isAbridged ? [] : entry.manifest.created.map(HTML.text) ?? "unknown"),
                ("Attestations", PageText.list(attestations)),
            ], "settings", label: "Digests")
    }

    /// The metadata and the evidence beside each other.
    private var comparison: HTML {
        let table = PageTable([
            .init(title: "Fact"), .init(title: "Metadata"), .init(title: "Evidence"), .init(title: "Result"),
        ])
        let layer = facts.witnessLayer.map { HTML(.small, ["in layer ", PageText.digest($0)]) } ?? []
        let command = details.map { SettingsSection.exec($0.entrypoint + $0.command) } ?? []
        let size = "\(CountText.text(entry.manifest.layers.count, "layer")), \(ByteCount.text(entry.manifest.size))"
        return table.table(
            "facts", caption: "Metadata and evidence",
            table.body([
                table.row([
                    "Platform", PageText.platform(entry.platform), [facts.evidence.explanation, layer], facts.agreement,
                ]),
                table.row(["Start", command, facts.start.explanation, facts.start.text]),
                table.row(["Layers", .words(size), facts.layers.explanation, facts.layers.text]),
            ]))
    }
}
