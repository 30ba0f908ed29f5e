internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `verify`: reads everything in its sources and reports everything that is wrong. With `--against` it
/// compares them with another place instead.
struct VerifyCommand {
    private let request: VerifyRequest
    private let console: Console
    private let arguments: [Argument]
    private let registries: RegistryAccess

    /// A source as typed. One that cannot be found is reported in its turn.
    private struct Argument {
        let text: String
        let reference: Result<SourceReference, SourceError>

        init(_ text: String) {
            self.text = text
            reference = Result { () throws(SourceError) in try SourceReference(parsing: text) }
        }
    }

    init(_ request: VerifyRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.console = console
        arguments = request.sources.map(Argument.init)
        for argument in arguments {
            if case .failure(let error) = argument.reference, error.isUsage { throw CommandError(error) }
        }
        let references = arguments.compactMap { try? $0.reference.get() }
        guard references.count(where: { $0.place == .standardInput }) < 2 else {
            throw CommandError(SourceError.standardInputTwice)
        }
        if let declared = references.first(where: { $0.platform != nil }) {
            throw CommandError(VerifyError.declaredPlatform(source: declared.text))
        }
        registries = try RegistryOpening.access(request.registry, naming: request.registryArguments)
    }

    /// Returns whether every source is sound, and holds what is expected.
    func run() throws(CommandError) -> Bool {
        if let destination = request.against {
            return try AgainstCommand(destination, request, console, registries).run()
        }
        var receipts = try ReceiptRun(request, console)
        defer { console.warn(temporary: receipts.discard()) }
        var page = try PageFile(
            request.page, of: "verify", receipt: request.receipt, read: request.readPaths)
        defer { console.warn(temporary: page.discard()) }
        var isSound = true
        var documents: [JSONText] = []
        var separator = ""
        for argument in arguments {
            let bar = console.makeBar()
            let survey: Source
            do { survey = try surveyed(argument, bar, receipts) } catch {
                if Interruption.isRequested { throw CommandError(error) }
                // An unreadable source does not prevent the verification of the others.
                console.report(error)
                documents.append(VerifyJSON.text(unreadable: argument.text, error.sentence))
                receipts.add(unreadable: argument.text, error.sentence)
                page.add(unreadable: argument.text, error)
                isSound = false
                continue
            }
            let report = try CommandError.checked { () throws(IOFailure) in try verified(survey, bar) }
            if report.errors > 0 { isSound = false }
            receipts.add(report, survey)
            page.add(report, survey)
            if request.run.json {
                documents.append(VerifyJSON.text(report))
            } else if !request.run.quiet {
                try print(separator + VerifyText.text(report, console.style(.output)))
                separator = "\n"
            }
        }
        let comparison = receipts.comparison()
        if comparison?.isSame == false { isSound = false }
        if let comparison, request.printsText { try print(separator + comparison.text(console.style(.output))) }
        try page.write(comparison)
        let written = try receipts.write()
        if let written, request.printsText { try print((comparison == nil ? separator : "") + written.text) }
        if request.run.json {
            let members = [comparison.map { ("expected", $0.json) }, written.map { ("receipt", $0.json) }]
            try print(
                TerminalText.escaped(json: .object([("sources", .array(documents))] + members.compactMap(\.self))))
        }
        try CommandError.checked { () throws(IOFailure) in try StandardStreams.finish(.output) }
        return isSound
    }

    private func print(_ text: String) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in try console.print(text) }
    }

    private func surveyed(
        _ argument: Argument, _ bar: ProgressBar, _ receipts: ReceiptRun
    ) throws(SourceError) -> Source {
        let reference = try argument.reference.get()
        try checkVolumes(of: reference)
        return try bar.shown { () throws(SourceError) in
            // A stream is read once, so its blobs are measured while they pass; the other threads hash.
            try CopyCrew.assisted(by: request.run.jobs.threads - 1) { (crew) throws(SourceError) in
                let audit = PassingAudit(crew) { bar.advance($0) }
                return try Source.open(
                    reference, registries,
                    OpeningPolicy(
                        streams: .observe(audit), isSurvey: true, includesReferrers: receipts.expectsReferrers))
            }
        }
    }

    private func verified(_ survey: Source, _ bar: ProgressBar) throws(IOFailure) -> VerifyReport {
        let outcome = try bar.shown { () throws(IOFailure) in
            try Verification.run(
                AuditSubject(survey), threads: request.run.jobs.threads, checksStart: request.checksStart,
                begin: { bar.begin("verifying", total: $0) }, progress: { bar.advance($0) })
        }
        return VerifyReport(source: survey.reference.text, survey: survey, outcome: outcome)
    }

    /// The `.sha256` list beside the volumes of an archive is a claim too.
    private func checkVolumes(of reference: SourceReference) throws(SourceError) {
        let wrong: IOFailure?
        do throws(IOFailure) { wrong = try reference.firstWrongVolume() } catch { throw .io(error) }
        if let wrong { throw .io(wrong) }
    }
}

extension AuditSubject {
    fileprivate init(_ survey: Source) {
        self.init(
            graph: survey.graph, told: Set(survey.defects.compactMap(\.subject)),
            unused: survey.unused.map { file in
                .init(
                    name: file.name, source: file.source, stated: survey.statedDigest(of: file),
                    mayRepeat: survey.isTree)
            }, hidesContent: survey.hidesContent, isCutOff: survey.isCutOff)
    }
}

/// A source that `verify` refuses.
enum VerifyError: Error {
    /// `=PLATFORM` would hide what the source itself declares.
    case declaredPlatform(source: String)
    /// One reference in a registry, and not one image.
    case severalImages(source: String, count: Int, reference: String)
}
