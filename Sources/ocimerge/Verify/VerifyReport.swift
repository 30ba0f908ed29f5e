internal import ImageAudit
internal import ImageModel
internal import ImageSources

/// What verify found in one source, gathered once for all of its forms.
struct VerifyReport {
    /// A finding of either kind: something that kept the source from being read as a whole, or a claim that does not hold.
    struct Row {
        let severity: Finding.Severity
        let kind: String
        let root: Digest?
        let place: DescriptorPath
        let subject: Digest?
        /// The file in the source that holds, or should hold, the subject.
        let member: String?
        let expected: String?
        let found: String?
        let otherPlaces: Int
        let sentence: String
        /// The files that it is about, where they are many.
        var files: [String] = []
        /// Only machines are told.
        var isQuiet = false
    }

    let source: String
    let dialect: String
    let rows: [Row]
    let outcome: Verification.Outcome
    /// By root, what it is called.
    let names: [Digest: [ImageLabel]]

    var errors: Int { rows.count { $0.severity == .error } }

    init(source: String, survey: SourceSurvey, outcome: Verification.Outcome) {
        self.source = source
        self.outcome = outcome
        dialect = survey.dialect
        var names: [Digest: [ImageLabel]] = [:]
        for root in survey.graph.roots {
            let digest = root.descriptor.digest
            names[digest] = (names[digest] ?? []) + root.labels.filter { names[digest]?.contains($0) != true }
        }
        self.names = names
        let notes = survey.notes.contains(.layoutFileMissing) ? [Self.unmarked] : []
        let defects = notes + survey.defects.compactMap { Self.row($0, survey, outcome) }
        let findings = outcome.findings.map { Self.row($0, survey) }
        // The source as a whole first, then its images one after the other, each from its top down.
        var order: [Digest?: Int] = [nil: 0]
        for root in survey.graph.roots where order[root.descriptor.digest] == nil {
            order[root.descriptor.digest] = order.count
        }
        rows = (defects + findings).enumerated().sorted { left, right in
            let (one, two) = (order[left.element.root] ?? .max, order[right.element.root] ?? .max)
            if one != two { return one < two }
            if left.element.place.precedes(right.element.place) { return true }
            return left.offset < right.offset && !right.element.place.precedes(left.element.place)
        }.map(\.element)
    }

    private static let unmarked = Row(
        severity: .error, kind: "layout-version", root: nil, place: DescriptorPath("oci-layout"), subject: nil,
        member: "oci-layout", expected: "1.0.0", found: nil, otherPlaces: 0, sentence: VerifyMessage.unmarked)

    /// nil: it concerns an image that was not chosen.
    private static func row(
        _ defect: SourceDefect, _ survey: SourceSurvey, _ outcome: Verification.Outcome
    ) -> Row? {
        let reached = defect.subject.flatMap { outcome.places[$0] }
        if defect.subject != nil, reached == nil, defect.place.steps.isEmpty { return nil }
        let root = survey.graph.roots.first { !defect.place.steps.isEmpty && $0.place.contains(defect.place) }
        let facts = VerifyMessage.facts(of: defect.error)
        return Row(
            severity: .error, kind: facts.kind, root: reached?.root ?? root?.descriptor.digest,
            place: reached?.place ?? defect.place, subject: defect.subject,
            member: facts.member ?? defect.subject.flatMap { survey.members[$0] }, expected: facts.expected,
            found: facts.found, otherPlaces: 0, sentence: VerifyMessage.sentence(for: defect.error))
    }

    private static func row(_ finding: Finding, _ survey: SourceSurvey) -> Row {
        let facts = FindingMessage.facts(of: finding)
        // An image without programs is as it should be; one of which too much was left out is not known to be.
        let isQuiet = if case .noEvidence(let silence) = finding.problem { silence != .undecided } else { false }
        return Row(
            severity: finding.severity, kind: facts.kind, root: finding.root, place: finding.place,
            subject: finding.subject, member: finding.subject.flatMap { survey.members[$0] },
            expected: facts.expected, found: facts.found, otherPlaces: finding.otherPlaces,
            sentence: FindingMessage.sentence(for: finding), files: facts.files, isQuiet: isQuiet)
    }
}

extension DescriptorPath {
    /// `other` is this place or stands below it.
    func contains(_ other: DescriptorPath) -> Bool {
        !steps.isEmpty && steps.count <= other.steps.count
            && zip(steps, other.steps).allSatisfy { $0.name == $1.name && $0.index == $1.index }
    }
}
