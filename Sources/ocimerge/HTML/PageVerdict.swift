internal import ImageAudit
internal import ImageModel

/// The verdict at the top of a page or of one of its sources.
struct PageVerdict {
    let grade: PageGrade
    let headline: String
    var remarks: [HTML] = []

    var html: HTML {
        HTML(.div, [grade.style], [HTML(.strong, mark), PageText.list(remarks)])
    }

    /// The headline with the mark of the grade.
    var mark: HTML {
        switch grade {
        case .good: .words("\u{2713} " + headline)
        case .neutral: .words(headline)
        case .warning: .words("! " + headline)
        case .bad: .words("\u{2717} " + headline)
        }
    }

    init(grade: PageGrade, headline: String, remarks: [HTML] = []) {
        self.grade = grade
        self.headline = headline
        self.remarks = remarks
    }

    init(_ source: PageSource) {
        if let failure = source.failure {
            self.init(grade: .bad, headline: "The source cannot be read", remarks: [.words(failure)])
        } else if let report = source.report {
            self.init(report, warnings: source.warnings)
        } else {
            self.init(source.summary, warnings: source.warnings)
        }
    }

    /// Of several sources.
    init(_ verdicts: [PageVerdict]) {
        let worst = verdicts.map(\.grade).max() ?? .neutral
        let count = verdicts.count { $0.grade == worst }
        let all = CountText.text(verdicts.count, "source")
        let headline =
            switch worst {
            case .good: "\(all) without problems"
            case .neutral: "\(count) of \(all) without evidence"
            case .warning: "\(count) of \(all) with warnings"
            case .bad: "\(count) of \(all) with errors"
            }
        self.init(grade: worst, headline: headline)
    }

    // MARK: - verify

    private init(_ report: VerifyReport, warnings: [String]) {
        let isDoubtful = report.count(of: .warning) > 0 || !warnings.isEmpty
        var remarks: [HTML] = [.words("\(report.dialect): \(VerifyText.content(report)).")] + warnings.map(HTML.words)
        if let command = VerifyText.correctionCommand(report) {
            remarks.append(["To correct the platform: ", HTML(.code, .words(command))])
        }
        self.init(
            grade: report.errors > 0 ? .bad : isDoubtful ? .warning : .good,
            headline: VerifyText.verdict(report, .plain).capitalizedStart, remarks: remarks)
    }

    // MARK: - inspect

    /// What the command has read.
    private static func note(isSearched: Bool) -> HTML {
        isSearched
            ? "inspect reads documents and searches layers for executables. verify reads and checks every byte."
            : "inspect has read documents only. --evidence searches the layers. verify reads and checks every byte."
    }

    private init(_ summary: SourceSummary?, warnings: [String]) {
        guard let summary else {
            self.init(grade: .neutral, headline: "No content")
            return
        }
        let findings = FindingCounts(nil)
        var counts = Counts(isSearched: summary.hasEvidence)
        for image in summary.images {
            for entry in image.platforms { counts.add(PlatformFacts(entry, in: summary, findings)) }
        }
        counts.absent += summary.absent.count
        let problems = counts.problems
        let remarks =
            problems.dropFirst().map { HTML.words($0.headline) } + warnings.map(HTML.words)
            + [.words("\(InspectTree.content(of: summary))."), Self.note(isSearched: summary.hasEvidence)]
        if let first = problems.first {
            self.init(grade: first.grade, headline: first.headline, remarks: remarks)
        } else {
            let grade: PageGrade = warnings.isEmpty ? counts.agreeing > 0 ? .good : .neutral : .warning
            self.init(grade: grade, headline: counts.agreement, remarks: remarks)
        }
    }

    private struct Counts {
        /// Whether the executables were searched.
        let isSearched: Bool
        var all = 0
        var agreeing = 0
        var contradicting = 0
        var failing = 0
        /// With warnings of the start check.
        var doubtful = 0
        var incomplete = 0
        var mislabelled = 0
        /// Manifests that an index names.
        var absent = 0

        init(isSearched: Bool) { self.isSearched = isSearched }

        mutating func add(_ facts: PlatformFacts) {
            all += 1
            if facts.evidence.grade == .good { agreeing += 1 }
            if facts.evidence.grade == .bad { contradicting += 1 }
            if facts.start.grade == .bad { failing += 1 }
            if facts.start.grade == .warning { doubtful += 1 }
            if facts.layers.grade == .bad { incomplete += 1 }
            if facts.layers.grade == .warning { mislabelled += 1 }
        }

        /// The worst first.
        var problems: [(grade: PageGrade, headline: String)] {
            let found: [(Int, PageGrade, String)] = [
                (
                    contradicting, .bad,
                    CountText.form(contradicting, "contradicts its executables", "contradict their executables")
                ),
                (failing, .bad, "would not start"),
                (incomplete, .bad, CountText.form(incomplete, "lacks layers", "lack layers")),
                (doubtful, .warning, "may not start"),
                (
                    mislabelled, .warning,
                    CountText.form(mislabelled, "has a wrong layer label", "have wrong layer labels")
                ),
            ]
            let problems = found.filter { $0.0 > 0 }.map { count, grade, words in
                (grade: grade, headline: "\(count) of \(CountText.text(all, "platform")) \(words)")
            }
            if absent == 0 { return problems }
            let words = "\(CountText.text(absent, "manifest")) \(CountText.form(absent, "is", "are")) listed and absent"
            return problems + [(grade: .warning, headline: words)]
        }

        var agreement: String {
            if all == 0 { return "No images" }
            if !isSearched { return "The executables were not searched" }
            if agreeing == all { return "The executables agree with the metadata" }
            if agreeing == 0 { return "No evidence about the platforms" }
            return "The executables of \(agreeing) of \(CountText.text(all, "platform")) agree with the metadata"
        }
    }
}

extension String {
    /// With a capital letter at the beginning.
    fileprivate var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }
}
