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

    mutating func add(_ summary: SourceSummary, warnings: [String]) {
        sources.append(PageSource(text: summary.source, summary: summary, warnings: warnings))
    }

    mutating func add(_ report: VerifyReport, _ survey: Source) {
        guard isWanted else { return }
        // Without the images the findings are still worth a page.
        let summary = try? SourceSummary(verified: survey, report.outcome.examinations)
        sources.append(PageSource(text: report.source, summary: summary, report: report))
    }

    mutating func add(unreadable source: String, _ sentence: String) {
        sources.append(PageSource(text: source, failure: sentence))
    }

    func write(_ comparison: ReceiptComparison? = nil) throws(CommandError) {
        guard let file else { return }
        let page = ReportPage(command: command, sources: sources, comparison: comparison)
        try CommandError.checked { () throws(SideFileError) in
            try file.write { (put) throws(IOFailure) in try page.write(put) }
        }
    }

    /// Returns why something stays; `nil` if nothing does.
    func discard() -> IOFailure? { file?.discard() }
}
