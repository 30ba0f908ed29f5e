internal import ImageAudit
internal import ImageModel

/// The numbers of findings about each listing of an image. A finding about shared content counts for every image that
/// has it.
struct FindingCounts {
    private typealias Counts = [Finding.Severity: Int]

    /// The thing that a finding concerns.
    private enum Subject: Hashable {
        /// A manifest, or the content of every image that has it.
        case content(Digest)
        /// A layer of one manifest.
        case layer(Digest, manifest: Digest)
        /// An entry of an index. `manifest` is `nil` if the finding names no content.
        case listing(root: Digest, manifest: Digest?, platform: String?)
    }

    private var counts: [Subject: Counts] = [:]
    /// Whether the source was verified.
    let isVerified: Bool

    /// `report` is `nil` if the source was not verified.
    init(_ report: VerifyReport?) {
        isVerified = report != nil
        for row in report?.rows ?? [] where !row.isJSONOnly {
            guard let subject = Self.subject(of: row) else { continue }
            counts[subject, default: [:]][row.severity, default: 0] += 1
        }
    }

    /// `nil` if the finding concerns the source as a whole.
    private static func subject(of row: VerifyReport.Row) -> Subject? {
        switch row.scope {
        case .start(let manifest): return .content(manifest)
        case .layer(let manifest): return row.subject.map { Subject.layer($0, manifest: manifest) }
        case .content: return row.subject.map { Subject.content($0) } ?? listing(of: row)
        case .listing: return listing(of: row)
        }
    }

    private static func listing(of row: VerifyReport.Row) -> Subject? {
        guard let root = row.root else { return nil }
        let platform = row.place.steps.last { $0.platform != nil }?.platform
        return .listing(root: root, manifest: row.subject, platform: platform?.description)
    }

    /// The number of layers of a listing that have errors.
    func faultyLayers(_ entry: SourceSummary.PlatformEntry) -> Int {
        let manifest = entry.descriptor.digest
        return entry.manifest.layers.count { layer in
            let digest = layer.descriptor.digest
            return hasError(.content(digest)) || hasError(.layer(digest, manifest: manifest))
        }
    }

    private func hasError(_ subject: Subject) -> Bool { counts[subject]?[.error] != nil }

    /// `root` is the top of the image. `nil` if the source was not verified.
    func fact(_ entry: SourceSummary.PlatformEntry, root: Digest) -> PageFact? {
        guard isVerified else { return nil }
        let found = found(entry, root: root)
        let words = [Finding.Severity.error, .warning, .note].compactMap { severity in
            found[severity].map { CountText.text($0, severity.rawValue) }
        }
        let grade: PageGrade = found[.error] != nil ? .bad : found[.warning] != nil ? .warning : .neutral
        return PageFact(
            grade: words.isEmpty ? .good : grade, word: words.isEmpty ? "none" : words.joined(separator: ", "))
    }

    private func found(_ entry: SourceSummary.PlatformEntry, root: Digest) -> Counts {
        if counts.isEmpty { return [:] }
        let manifest = entry.descriptor.digest
        // A path has the platform of the descriptor, which the config may contradict.
        let platform = (entry.descriptor.platform ?? entry.platform)?.description
        let layers = Set(entry.manifest.layers.map(\.descriptor.digest))
        var subjects: [Subject] = [
            .listing(root: root, manifest: manifest, platform: platform),
            .listing(root: root, manifest: nil, platform: platform),
        ]
        for digest in layers.union([manifest, entry.manifest.config]) { subjects.append(.content(digest)) }
        for digest in layers { subjects.append(.layer(digest, manifest: manifest)) }
        var found: Counts = [:]
        for subject in subjects {
            for (severity, count) in counts[subject] ?? [:] { found[severity, default: 0] += count }
        }
        return found
    }
}
