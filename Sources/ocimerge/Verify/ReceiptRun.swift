internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The options `--receipt` and `--expect` of one run. It collects what is read, compares it and records it.
struct ReceiptRun {
    /// A receipt that was written.
    struct Written {
        let path: String
        let digest: Digest

        var text: String { "wrote receipt \(TerminalText.escaped(path)), \(digest)\n" }
        var json: JSONText { .object([("file", .string(path)), ("sha256", .string(digest.hex))]) }
    }

    /// `nil` if no receipt is written.
    private let file: SideFile?
    private let created: String
    /// `nil` if nothing is expected.
    private let expected: ExpectedReceipt?
    private let sources: [String]
    private var found = FoundImages()
    private var findings: [Receipt.Finding] = []

    /// Reads the expected receipt. Nothing else is read if a receipt cannot be read or written.
    init(_ request: VerifyRequest, _ console: Console) throws(CommandError) {
        sources = request.sources
        try CommandError.checked { () throws(UsageError) in
            try WrittenPaths.check([("--receipt", request.receipt)], read: request.readPaths)
        }
        expected = try request.expected.map { (path) throws(CommandError) in try ExpectedReceipt(path) }
        created = try CommandError.checked { () throws(ReceiptTimeError) in
            try request.receipt == nil ? "" : ReceiptTime.text()
        }
        file = try CommandError.checked { () throws(SideFileError) in
            try request.receipt.map { (path) throws(SideFileError) in
                try SideFile(path, option: "--receipt", replaces: request.replacesReceipt)
            }
        }
        expected?.warning.map(console.warn)
    }

    /// Returns the failure of the removal; `nil` if it succeeds.
    func discard() -> IOFailure? { file?.discard() }

    private var isNeeded: Bool { file != nil || expected != nil }

    /// Whether referrers are expected, for which a registry must be asked.
    var expectsReferrers: Bool { expected?.receipt.content.artifacts.contains { $0.artifact?.subject != nil } ?? false }

    mutating func add(_ report: VerifyReport, _ survey: Source) {
        guard isNeeded else { return }
        var graph = survey.graph
        // `pack` gives an image that it reads by digest alone this name.
        if let pinned = survey.reference.registry.flatMap(ImageLabel.pinned) {
            for number in graph.roots.indices { graph.roots[number].labels = [pinned] }
        }
        found.add(graph, isRegistry: survey.reference.registry != nil)
        findings += report.rows.map { Receipt.Finding($0, source: report.source) }
    }

    mutating func add(unreadable source: String, _ sentence: String) {
        findings.append(
            Receipt.Finding(
                severity: .error, kind: "source", source: source, image: nil, path: [], message: sentence))
    }

    /// `nil` if nothing is expected. Its differences become findings of the receipt.
    mutating func comparison() -> ReceiptComparison? {
        guard let expected else { return nil }
        let comparison = ReceiptComparison(expected, found.differences(from: expected.receipt.content))
        findings += comparison.differences.map(Receipt.Finding.init)
        return comparison
    }

    /// `nil` if no receipt is wanted.
    func write() throws(CommandError) -> Written? {
        guard let file else { return nil }
        let receipt = Receipt(created: created, sources: sources, content: found.records, findings: findings)
        let digest = try CommandError.checked { () throws(SideFileError) in try receipt.write(to: file) }
        return Written(path: file.path, digest: digest)
    }
}

extension Receipt {
    /// What this run has read, with the version of this program.
    init(
        created: String, sources: [String], content: ImageRecords, findings: [Finding], isVerified: Bool = true
    ) {
        let commit = BuildCommit.hex
        let tool = Tool(
            version: Ocimerge.version, commit: commit, isModified: commit.map { _ in BuildCommit.isModified })
        self.init(
            created: created, tool: tool, sources: sources, content: content, findings: findings,
            isVerified: isVerified)
    }

    /// Returns the digest of the file.
    func write(to file: SideFile) throws(SideFileError) -> Digest {
        let bytes = Array(TerminalText.escaped(json: json).utf8)
        // Readers would refuse it.
        guard bytes.count <= Receipt.limit else { throw .tooLarge(file.path, limit: Int64(Receipt.limit)) }
        return try file.write(bytes)
    }
}

extension Receipt.Finding {
    /// A row of the report of `verify`.
    init(_ row: VerifyReport.Row, source: String) {
        self.init(
            severity: Severity(row.severity), kind: row.kind, source: source, image: row.root,
            path: Self.path(row.place), message: row.sentence)
    }

    /// A finding of an option `--verify`.
    init(_ finding: Finding, source: String?) {
        self.init(
            severity: Severity(finding.severity), kind: FindingMessage.facts(of: finding).kind, source: source,
            image: finding.root, path: Self.path(finding.place), message: FindingMessage.sentence(for: finding))
    }

    init(_ difference: RecordDifference) {
        let name = DifferenceMessage.subject(of: difference)
        self.init(
            severity: difference.isError ? .error : .note, kind: DifferenceMessage.kind(of: difference), source: nil,
            image: difference.image, path: [], message: "\(name): \(DifferenceMessage.sentence(for: difference))")
    }

    private static func path(_ place: DescriptorPath) -> [String] {
        place.steps.map { step in step.name + (step.index.map { "[\($0)]" } ?? "") }
    }
}

extension Receipt.Finding.Severity {
    fileprivate init(_ severity: Finding.Severity) {
        self =
            switch severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
    }
}
