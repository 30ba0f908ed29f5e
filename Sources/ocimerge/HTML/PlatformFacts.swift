internal import ImageAudit
internal import ImageModel

/// A fact of a page: a word, how good it is, and sentences that explain it. The sentences are escaped for a terminal.
struct PageFact {
    let grade: PageGrade
    let word: String
    var sentences: [String] = []

    var text: HTML { grade.text(.words(word)) }
    var explanation: HTML { PageText.list(sentences.map(HTML.words)) }

    /// The word, with the explanation below it.
    var cell: HTML { sentences.isEmpty ? text : [text, HTML(.small, .words(sentences.joined(separator: "; ")))] }
}

/// What a page says about one listing of an image beside its metadata.
struct PlatformFacts {
    let entry: SourceSummary.PlatformEntry
    let evidence: PageFact
    let start: PageFact
    let layers: PageFact

    init(_ entry: SourceSummary.PlatformEntry, in summary: SourceSummary, _ findings: FindingCounts) {
        self.entry = entry
        guard summary.hasEvidence else {
            evidence = PageFact(grade: .neutral, word: "not searched", sentences: ["--evidence searches the layers"])
            start = PageFact(grade: .neutral, word: "not checked")
            layers = PageFact(grade: .neutral, word: "\(entry.manifest.layers.count) not read")
            return
        }
        evidence = Self.evidence(entry)
        start = Self.start(entry.examination)
        layers = Self.layers(
            entry.manifest.layers, faulty: findings.faultyLayers(entry), isIncrement: summary.isIncrement)
    }

    /// The worst grade of the facts.
    var grade: PageGrade { max(evidence.grade, start.grade, layers.grade) }
    /// The grade for one mark: of the evidence, unless something is worse than unknown.
    var mark: PageGrade { grade >= .warning ? grade : evidence.grade }

    private static func evidence(_ entry: SourceSummary.PlatformEntry) -> PageFact {
        guard let evidence = entry.examination?.evidence else {
            return PageFact(grade: .neutral, word: "no evidence", sentences: [EvidenceMessage.unexamined])
        }
        return switch evidence.verdict(on: entry.platform) {
        case .agrees(let witness):
            PageFact(grade: .good, word: machine(witness), sentences: [EvidenceMessage.statement(about: witness)])
        case .contradicts(let witness):
            PageFact(grade: .bad, word: machine(witness), sentences: [EvidenceMessage.statement(about: witness)])
        case .silent(let silence):
            PageFact(grade: .neutral, word: "no evidence", sentences: [EvidenceMessage.reason(silence)])
        }
    }

    private static func machine(_ witness: Evidence.Witness) -> String { TerminalText.part(witness.machine.name) }

    /// The layer of the executable that decides; `nil` if none does.
    var witnessLayer: Digest? {
        switch entry.examination?.evidence.verdict(on: entry.platform) {
        case .agrees(let witness), .contradicts(let witness): witness.layer
        case .silent, nil: nil
        }
    }

    /// The result of comparing metadata and executables, in words.
    var agreement: HTML {
        switch evidence.grade {
        case .good: evidence.grade.text("agrees")
        case .bad: evidence.grade.text("contradicts")
        case .neutral, .warning: evidence.text
        }
    }

    private static func start(_ examination: Examination?) -> PageFact {
        guard let start = examination?.start else { return PageFact(grade: .neutral, word: "not checked") }
        let problems = start.findings.filter { !$0.problem.isUsual }
        let sentences = problems.map(StartMessage.sentence)
        if start.severity == .error { return PageFact(grade: .bad, word: "does not start", sentences: sentences) }
        if start.findings.contains(where: { $0.problem == .nothingToRun }) {
            return PageFact(grade: .neutral, word: "no command", sentences: sentences)
        }
        guard start.isChecked else { return PageFact(grade: .neutral, word: "not checked", sentences: sentences) }
        if start.severity == .warning { return PageFact(grade: .warning, word: "may not start", sentences: sentences) }
        return PageFact(grade: .good, word: "starts", sentences: [StartText.verdict(start)] + sentences)
    }

    /// `faulty`: The number of layers with errors; 0 if the source was not verified.
    private static func layers(_ layers: [SourceSummary.Layer], faulty: Int, isIncrement: Bool) -> PageFact {
        let all = layers.count
        let absent = layers.count { !$0.isPresent && !$0.descriptor.isForeign }
        let mislabelled = layers.count { $0.actual != nil }
        if absent > 0, !isIncrement { return PageFact(grade: .bad, word: "\(absent) of \(all) absent") }
        if faulty > 0 { return PageFact(grade: .bad, word: "\(faulty) of \(all) with errors") }
        if mislabelled > 0 { return PageFact(grade: .warning, word: "\(mislabelled) of \(all) labelled wrongly") }
        if absent > 0 { return PageFact(grade: .neutral, word: "\(absent) of \(all) left to the receiver") }
        return all == 0 ? PageFact(grade: .neutral, word: "none") : PageFact(grade: .good, word: "\(all) present")
    }
}
