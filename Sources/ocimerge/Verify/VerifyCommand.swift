internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImageSources
internal import Registry

/// Reads everything and says all that is wrong.
enum VerifyCommand {
    static func run(_ request: VerifyRequest, _ console: Console) throws {
        Interruption.install()
        let references = request.sources.map(Reference.init)
        let readable = references.compactMap { try? $0.parsed.get() }
        guard readable.count(where: { $0.place == .standardInput }) < 2 else { throw SourceError.standardInputTwice }
        if let declared = readable.first(where: { $0.platform != nil }) {
            throw VerifyError.declaredPlatform(source: declared.text)
        }
        let registries = try RegistryOpening.access(request.registry, naming: request.sources)
        let jobs = request.run.jobs.threads
        var reports: [JSONText] = []
        var isSound = true
        var isFirst = true
        for reference in references {
            do {
                let report = try verify(
                    reference.parsed.get(), registries, jobs: jobs, showsProgress: !request.run.quiet)
                if report.errors > 0 { isSound = false }
                if request.run.json {
                    reports.append(VerifyJSON.text(report))
                } else if !request.run.quiet {
                    try console.print((isFirst ? "" : "\n") + VerifyText.text(report))
                    isFirst = false
                }
            } catch let error as SourceError where !Interruption.isRequested {
                // One that cannot be opened does not keep the others from being looked at.
                console.report(error)
                reports.append(VerifyJSON.text(unreadable: reference.text, ErrorMessage.sentence(for: error)))
                isSound = false
            }
        }
        if request.run.json {
            try console.print(TerminalText.escaped(json: .object([("sources", .array(reports))])))
        }
        if !isSound { throw VerifyError.findings }
    }

    /// What was typed, and what it means, if anything.
    private struct Reference {
        let text: String
        let parsed: Result<SourceReference, SourceError>

        init(_ text: String) {
            self.text = text
            do throws(SourceError) { parsed = .success(try SourceReference(parsing: text)) } catch {
                parsed = .failure(error)
            }
        }
    }

    private static func verify(
        _ reference: SourceReference, _ registries: RegistryAccess, jobs: Int, showsProgress: Bool
    ) throws -> VerifyReport {
        // The list beside volumes is a claim like any other.
        do throws(IOFailure) {
            if let wrong = try reference.firstWrongVolume() { throw wrong }
        } catch { throw SourceError.io(error) }
        let bar = ProgressBar()
        return try bar.shown(showsProgress) {
            // What comes once is measured while it passes, with somebody at hand to hash.
            let survey = try CopyCrew.assisted(by: jobs - 1) { crew in
                try SourceSurvey.open(reference, registries, look: PassingAudit(crew) { bar.advance($0) })
            }
            let outcome = try Verification.run(
                subject(survey), threads: jobs, begin: { bar.begin("verifying", total: $0) },
                progress: { bar.advance($0) })
            return VerifyReport(source: reference.text, survey: survey, outcome: outcome)
        }
    }

    private static func subject(_ survey: SourceSurvey) -> AuditSubject {
        AuditSubject(
            graph: survey.graph, told: Set(survey.defects.compactMap(\.subject)),
            unused: survey.unused.map { file in
                .init(name: file.name, source: file.source, stated: SourceSurvey.statedDigest(file))
            }, hidesContent: survey.hidesContent, isCutOff: survey.isCutOff)
    }
}

/// Why verify ends with a status that is not 0.
enum VerifyError: Error {
    /// All of it was printed as the result.
    case findings
    case declaredPlatform(source: String)
}
