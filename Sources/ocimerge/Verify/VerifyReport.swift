internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The findings in one source, collected once for text and JSON.
struct VerifyReport {
    /// A defect that prevented the reading of a part, or a claim that does not hold.
    struct Row {
        let severity: Finding.Severity
        let kind: String
        let root: Digest?
        let place: DescriptorPath
        let subject: Digest?
        /// The file of the source that holds the subject, or should hold it.
        let member: String?
        let expected: String?
        let found: String?
        let otherPlaces: Int
        let sentence: String
        /// The affected files if there are several.
        var files: [String] = []
        /// Whether only JSON shows the row.
        var isJSONOnly = false
        var scope = Scope.content
    }

    /// The images that a row concerns.
    enum Scope {
        /// Every image that has the subject.
        case content
        /// The image of this manifest. Another may have the same layer rightly.
        case layer(Digest)
        /// The start of the image of this manifest.
        case start(Digest)
        /// The entry of an index. Another may list the same manifest rightly.
        case listing
    }

    let source: String
    let dialect: String
    let rows: [Row]
    let outcome: Verification.Outcome
    let images: Int
    let artifacts: Int
    /// The names of each root, each once.
    let names: [Digest: [ImageLabel]]

    var errors: Int { count(of: .error) }

    func count(of severity: Finding.Severity) -> Int { rows.count { $0.severity == severity } }

    init(source: String, survey: Source, outcome: Verification.Outcome) {
        self.source = source
        self.outcome = outcome
        let contents = GraphContents(survey.graph)
        (images, artifacts) = (contents.imageCount, contents.artifacts.count)
        dialect = survey.dialect
        var names: [Digest: [ImageLabel]] = [:]
        var seen: [Digest: Set<ImageLabel>] = [:]
        for root in survey.graph.roots {
            let digest = root.descriptor.digest
            names[digest, default: []] += []
            for label in root.labels where seen[digest, default: []].insert(label).inserted {
                names[digest, default: []].append(label)
            }
        }
        self.names = names
        let notes = survey.notes.contains(.layoutFileMissing) ? [Self.unmarked] : []
        let roots = RootPlaces(survey.graph.roots)
        let defects = notes + survey.defects.compactMap { Self.row($0, survey, outcome, roots) }
        let findings = outcome.findings.map { Self.row($0, survey) }
        // First the rows about the whole source, then each image in the order of the roots, from its top down.
        var order: [Digest?: Int] = [nil: 0]
        for root in survey.graph.roots where order[root.descriptor.digest] == nil {
            order[root.descriptor.digest] = order.count
        }
        rows = (defects + findings).sorted { (order[$0.root] ?? .max, $0.place) }
    }

    private static let unmarked = Row(
        severity: .error, kind: "layout-version", root: nil, place: DescriptorPath("oci-layout"), subject: nil,
        member: "oci-layout", expected: "1.0.0", found: nil, otherPlaces: 0, sentence: VerifyMessage.unmarked)

    /// `nil` if the defect concerns an image that the source reference does not select.
    private static func row(
        _ defect: SourceDefect, _ survey: Source, _ outcome: Verification.Outcome, _ roots: RootPlaces
    ) -> Row? {
        let reached = defect.subject.flatMap { outcome.place(of: $0) }
        if defect.subject != nil, reached == nil, defect.place.isEmpty { return nil }
        let facts = VerifyMessage.facts(of: defect.error)
        return Row(
            severity: .error, kind: facts.kind, root: reached?.root ?? roots.first(above: defect.place),
            place: reached?.place ?? defect.place, subject: defect.subject,
            member: facts.member ?? defect.subject.flatMap { survey.members[$0] }, expected: facts.expected,
            found: facts.found, otherPlaces: 0, sentence: defect.error.sentence)
    }

    private static func row(_ finding: Finding, _ survey: Source) -> Row {
        let facts = FindingMessage.facts(of: finding)
        return Row(
            severity: finding.severity, kind: facts.kind, root: finding.root, place: finding.place,
            subject: finding.subject, member: finding.subject.flatMap { survey.members[$0] },
            expected: facts.expected, found: facts.found, otherPlaces: finding.otherPlaces,
            sentence: FindingMessage.sentence(for: finding), files: facts.files,
            isJSONOnly: isJSONOnly(finding.problem), scope: scope(finding))
    }
}

extension VerifyReport {
    /// An image without executables is correct; an image with undecided evidence is worth a note. Wrappers are usual.
    private static func isJSONOnly(_ problem: Problem) -> Bool {
        switch problem {
        case .noEvidence(let silence): silence != .undecided
        case .start(let finding): finding.problem.isUsual
        default: false
        }
    }

    private static func scope(_ finding: Finding) -> Scope {
        switch finding.problem {
        case .platformDisagrees, .duplicatePlatform, .sameLayers: .listing
        case .start: finding.image.map { Scope.start($0) } ?? .content
        default: finding.image.map { Scope.layer($0) } ?? .content
        }
    }
}

/// The roots by their places.
private struct RootPlaces {
    private var first: [DescriptorPath: (number: Int, digest: Digest)] = [:]

    init(_ roots: [ImageGraph.Root]) {
        for (number, root) in roots.enumerated() where first[root.place.unmarked] == nil {
            first[root.place.unmarked] = (number, root.descriptor.digest)
        }
    }

    /// The first root at this place or at one that contains it; `nil` if there is none.
    func first(above place: DescriptorPath) -> Digest? {
        let steps = place.unmarked.steps
        let found = steps.indices.compactMap { first[DescriptorPath(Array(steps[...$0]))] }
        return found.min { $0.number < $1.number }?.digest
    }
}

extension DescriptorPath {
    /// The place without the platforms of the images on the way.
    fileprivate var unmarked: DescriptorPath { DescriptorPath(steps.map { Step($0.name, $0.index) }) }
}
