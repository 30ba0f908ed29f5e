internal import ImageAudit
internal import ImageModel

/// One source of a page, as the report of its command knows it.
struct PageSource {
    /// As typed.
    let text: String
    /// `nil` if the images cannot be listed.
    var summary: SourceSummary?
    /// The findings of `verify`; `nil` for `inspect`.
    var report: VerifyReport?
    /// Why the source cannot be read; `nil` if it can.
    var failure: String?
    /// Warnings about the source.
    var warnings: [String] = []

    /// The findings about each platform of an image.
    func findings() -> FindingCounts { FindingCounts(report) }
}

/// The numbers of findings about the platforms of images.
struct FindingCounts {
    private struct Place: Hashable {
        let root: Digest
        let platform: String?
    }

    private var counts: [Place: [Finding.Severity: Int]] = [:]
    /// `nil` if the sources were not verified.
    private let isVerified: Bool

    init(_ report: VerifyReport?) {
        isVerified = report != nil
        for row in report?.rows ?? [] where !row.isJSONOnly {
            guard let root = row.root else { continue }
            let platform = row.place.steps.last { $0.platform != nil }?.platform
            counts[Place(root: root, platform: platform?.description), default: [:]][row.severity, default: 0] += 1
        }
    }

    /// `nil` if the sources were not verified.
    func fact(root: Digest, _ platform: Platform?) -> PageFact? {
        guard isVerified else { return nil }
        let found = counts[Place(root: root, platform: platform?.description)] ?? [:]
        let words = [Finding.Severity.error, .warning, .note].compactMap { severity in
            found[severity].map { CountText.text($0, severity.rawValue) }
        }
        let grade: PageGrade = found[.error] != nil ? .bad : found[.warning] != nil ? .warning : .neutral
        return PageFact(
            grade: words.isEmpty ? .good : grade, word: words.isEmpty ? "none" : words.joined(separator: ", "))
    }
}
