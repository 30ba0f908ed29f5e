internal import ByteIO
internal import ImageAudit
internal import ImageModel

/// The option `--verify`: the images of a run are verified as the command `verify` does it, while their bytes pass. An
/// error refuses the run before a document is written.
struct ResultProof {
    /// The facts of a run on which the verdict depends.
    struct Run {
        /// As the user typed it.
        let destination: String
        /// Whether the declared platforms are trusted.
        var skipsExecutables = false
        /// Whether absent content is no error.
        var allowsIncomplete = false
        let threads: Int
    }

    private let run: Run
    private let images: ImageGraph
    private let proof: ContentProof
    private let console: Console
    private let bar: ProgressBar

    init(of images: ImageGraph, _ run: Run, recoded: RecodingProof? = nil, _ console: Console, _ bar: ProgressBar) {
        self.run = run
        self.images = images
        self.console = console
        self.bar = bar
        proof = ContentProof(images, recoded: recoded)
    }

    /// The plan with blobs that are measured while they are copied. Blobs that a sink takes over without reading them are
    /// read now. `isIrrevocable`: what is written cannot be taken back, so that everything that can be read again is read
    /// now, and errors are thrown now if nothing else is left to read.
    func observed(_ plan: WritePlan, isIrrevocable: Bool = false) throws(CommandError) -> WritePlan {
        let early = plan.blobs.filter { blob in
            let traits = blob.source.traits
            return traits.adoptableFile != nil || isIrrevocable && traits.isRereadable
        }
        if !early.isEmpty {
            bar.begin("verifying", total: early.totalSize(\.size))
            try CommandError.checked { () throws(IOFailure) in
                try proof.measure(early, threads: run.threads) { [bar] in bar.advance($0) }
            }
        }
        if isIrrevocable, early.count == plan.blobs.count { try check(isQuiet: true) }
        return plan.reading { proof.observed($0.digest, $0.source) }
    }

    /// Reads the blobs that did not pass. Warns of notes, and throws all errors. Returns what is no error.
    @discardableResult
    func check(isQuiet: Bool = false) throws(CommandError) -> [Finding] {
        let findings = try CommandError.checked { () throws(IOFailure) in
            try proof.findings(threads: run.threads) { bytes in
                if bytes > 0 { bar.begin("verifying", total: bytes) }
            } progress: { [bar] in
                bar.advance($0)
            }
        }
        let errors = findings.filter { $0.severity == .error && !isExcused($0.problem) }
        if !errors.isEmpty {
            let located = errors.map { (finding: $0, source: source(of: $0)) }
            throw CommandError(RefusedContent(destination: run.destination, errors: located))
        }
        if isQuiet { return findings }
        for note in findings where isWarning(note.problem) { console.warn(FindingMessage.warning(of: note)) }
        return findings
    }

    private func source(of finding: Finding) -> String? { finding.subject.flatMap { images.blobs[$0]?.path } }

    private func isExcused(_ problem: Problem) -> Bool {
        switch problem {
        case .contradiction, .start: run.skipsExecutables
        case .missing, .nothingPresent: run.allowsIncomplete
        default: false
        }
    }

    /// Notes about absent content are notes of the plan, and are printed with it.
    private func isWarning(_ problem: Problem) -> Bool {
        switch problem {
        case .foreign, .encrypted: true
        case .start: problem.severity == .warning
        default: false
        }
    }
}

/// Images that `--verify` refuses, with the source of the affected content where it is known.
struct RefusedContent: Error {
    let destination: String
    let errors: [(finding: Finding, source: String?)]
}
