internal import ByteIO
internal import ImageAudit
internal import ImageSources

/// The option `--html` of a command line.
struct PageOption: Sendable, Equatable {
    let path: String
    let replaces: Bool

    /// `nil` if no page is written.
    init?(_ parsed: ParsedArguments) {
        guard let path = parsed.value(Flag.html.long) else { return nil }
        self.path = path
        replaces = parsed.has("force")
    }
}

extension Flag {
    /// For commands whose report can be a page.
    static let html = Flag(
        "html", value: .required("FILE", .path), group: .result,
        help: "Also write the report as one HTML page without scripts (default: no page).")
}

/// The page that a command writes beside its report, if it is wanted. It is complete or absent.
struct PageFile {
    private let command: String
    /// `nil` if no page is wanted.
    private let file: SideFile?
    private var sources: [PageSource] = []

    /// Reserves the place, so that a run that cannot write the page fails before it reads anything. `receipt` is a file
    /// that the command writes too, `read` are files that it reads.
    init(
        _ option: PageOption?, of command: String, receipt: String? = nil, read: [String]
    ) throws(CommandError) {
        self.command = command
        guard let option else {
            file = nil
            return
        }
        // A signal removes the reserved place.
        Interruption.install()
        try CommandError.checked { () throws(UsageError) in
            try WrittenPaths.check([("--receipt", receipt), ("--html", option.path)], read: read)
        }
        file = try CommandError.checked { () throws(SideFileError) in
            try SideFile(option.path, option: "--html", replaces: option.replaces)
        }
    }

    private var isWanted: Bool { file != nil }

    mutating func add(_ summary: SourceSummary) {
        guard isWanted else { return }
        let warnings = Marks.unicode {
            summary.notes.compactMap { NoteMessage.sentence(for: $0, source: summary.source, isCorrected: false) }
        }
        sources.append(
            PageSource(text: summary.source, summary: summary, warnings: warnings.map(TerminalText.sentence)))
    }

    mutating func add(_ report: VerifyReport, _ survey: Source) {
        guard isWanted else { return }
        sources.append(Marks.unicode { Self.source(report, survey) })
    }

    /// The sentences of `report` have the symbols of the locale, so they are made again.
    private static func source(_ report: VerifyReport, _ survey: Source) -> PageSource {
        var source = PageSource(
            text: report.source,
            report: VerifyReport(source: report.source, survey: survey, outcome: report.outcome))
        do throws(CommandError) {
            source.summary = try SourceSummary(verified: survey, report.outcome.examinations)
        } catch {
            // Without the images the findings are still worth a page.
            source.warnings.append(error.cause.sentence)
        }
        return source
    }

    mutating func add(unreadable source: String, _ error: some Reportable) {
        guard isWanted else { return }
        sources.append(PageSource(text: source, failure: Marks.unicode { error.sentence }))
    }

    func write(_ comparison: ReceiptComparison? = nil) throws(CommandError) {
        guard let file else { return }
        let page = ReportPage(command: command, sources: sources, comparison: comparison)
        try CommandError.checked { () throws(SideFileError) in
            try Marks.unicode { () throws(SideFileError) in
                try file.write { (put) throws(IOFailure) in try page.write(put) }
            }
        }
    }

    /// Returns the failure of the removal; `nil` if it succeeds.
    func discard() -> IOFailure? { file?.discard() }
}
