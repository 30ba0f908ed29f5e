internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The page of `inspect` or `verify`: the verdict, then each source with its findings, platforms and images.
struct ReportPage {
    let command: String
    let sources: [PageSource]
    /// `nil` if no receipt is expected.
    var comparison: ReceiptComparison?

    /// More images than these are collapsed.
    private static let openImages = 8

    func write(_ put: ([UInt8]) throws(IOFailure) -> Void) throws(IOFailure) {
        try PageWriter.page(title: "\(command) \(title)", put) { (page) throws(IOFailure) in
            try page.add(
                HTML(
                    .header,
                    [
                        HTML(.p, [.style("tool")], .words("ocimerge \(command)")), HTML(.h1, .text(title)),
                        HTML(verdicts.map(\.html)),
                    ]))
            try page.element(.main) { (page) throws(IOFailure) in
                if let comparison { try ComparisonSection.write(comparison, to: &page) }
                for source in sources { try write(source, to: &page) }
            }
            try page.add(HTML(.footer, .words("Written by ocimerge \(Ocimerge.version).")))
        }
    }

    private var title: String { sources.count == 1 ? sources[0].text : CountText.text(sources.count, "source") }

    private var isDeep: Bool { sources.count > 1 }

    private var verdicts: [PageVerdict] {
        let all = sources.map(PageVerdict.init)
        return (isDeep ? [PageVerdict(all)] : all) + (comparison.map { [ComparisonSection.verdict($0)] } ?? [])
    }

    private func write(_ source: PageSource, to page: inout PageWriter) throws(IOFailure) {
        let outline = PageOutline(isDeep: isDeep)
        let isMany = (source.summary?.images.count ?? 0) > Self.openImages
        try page.element(.article, isMany ? [.style("many")] : []) { (page) throws(IOFailure) in
            if isDeep { try page.add([HTML(.h2, .text(source.text)), PageVerdict(source).html]) }
            if let report = source.report { try FindingsSection(report).write(to: &page, outline) }
            guard let summary = source.summary else { return }
            let findings = FindingCounts(source.report)
            try PlatformMatrix(summary, findings).write(to: &page, outline)
            if !summary.images.isEmpty {
                try page.add(HTML(outline.section, summary.images.count == 1 ? "Image" : "Images"))
            }
            for image in summary.images {
                try ImageSection(image, in: summary, findings, outline).write(to: &page, isOpen: !isMany)
            }
            try page.add(OtherContent.html(summary, outline))
        }
    }
}

/// The artifacts of a source, and what it lists and lacks.
enum OtherContent {
    static func html(_ summary: SourceSummary, _ outline: PageOutline) -> HTML {
        [artifacts(summary, outline), absent(summary, outline)]
    }

    private static func artifacts(_ summary: SourceSummary, _ outline: PageOutline) -> HTML {
        if summary.artifacts.isEmpty { return [] }
        let table = PageTable([
            .init(title: "Artifact"), .init(title: "Type"), .numbers("Size"), .init(title: "Refers to"),
        ])
        let rows = summary.artifacts.map { artifact in
            let names = ContentText.names(artifact)
            return table.row([
                [
                    names.isEmpty ? [] : [PageText.names(names, limit: 3), " "],
                    PageText.digest(artifact.descriptor.digest),
                ], .text(artifact.type.rawValue), .words(ByteCount.text(artifact.descriptor.size)),
                artifact.subject.map(PageText.digest) ?? [],
            ])
        }
        return [
            HTML(outline.section, "Artifacts"),
            table.table(
                "artifacts", caption: "Signatures, SBOMs and other content that is no image.", table.body(rows)),
        ]
    }

    private static func absent(_ summary: SourceSummary, _ outline: PageOutline) -> HTML {
        let items = summary.absent.compactMap { note -> HTML? in
            guard case .absent(let digest, let type, let platform) = note else { return nil }
            let kind = type.isManifest || type.isIndex ? "manifest " : "blob "
            return [.words(kind), PageText.digest(digest), platform.map { [" (", .text($0.description), ")"] } ?? []]
        }
        return items.isEmpty ? [] : [HTML(outline.section, "Absent content"), PageText.list(items)]
    }
}
