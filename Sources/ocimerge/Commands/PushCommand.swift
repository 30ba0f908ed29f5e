internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// One source as it is, into one or more repositories.
enum PushCommand {
    static func run(_ request: PushRequest, _ console: Console) throws {
        Interruption.install()
        let work = try PushWork(request, console)
        let bar = ProgressBar()
        let staging = try PushStaging(isNeeded: !request.dryRun) { bar.advance($0) }
        defer { staging.discard() }
        var done: [MergeReport] = []
        do {
            try console.holdingWarnings {
                try bar.shown(!request.quiet) {
                    let source = try work.opened(spool: staging.spool)
                    for push in try work.pushes(of: source) { done.append(try work.carriedOut(push, bar)) }
                }
            }
        } catch {
            // What is in registries already is there, whatever became of the rest.
            if !done.isEmpty { try? console.print(PushReport(pushes: done), request) }
            throw error
        }
        try console.print(PushReport(pushes: done), request)
    }

    /// A spec says by itself where its image goes.
    static func run(spec path: String, _ parsed: ParsedArguments, _ arguments: [String], _ console: Console) throws {
        if let extra = parsed.positionals.first {
            throw UsageError.unexpectedPositional(extra, command: "push --spec")
        }
        let file = try SpecFile(reading: path)
        guard let name = file.spec.names.first else {
            throw SpecError(file: path, line: nil, .missingKey("image", of: .whole))
        }
        try MergeCommand.run(
            MergeRequest(parsed, output: RegistryReference.scheme + name.full), arguments, console, spec: file)
    }
}

/// Where streams put what they cannot give twice, before it is known into which repositories it goes.
struct PushStaging {
    /// nil: nothing will be pushed.
    let spool: SpoolDirectory?
    private let staging: StagingDirectory?

    init(isNeeded: Bool, _ spooled: @escaping @Sendable (Int) -> Void) throws(IOFailure) {
        guard isNeeded else {
            (spool, staging) = (nil, nil)
            return
        }
        let directory = ResultDestination.temporary
        let staging = try StagingDirectory(in: directory, for: "push", destination: directory)
        self.staging = staging
        do throws(IOFailure) { spool = try SpoolDirectory(staging.path + "/spool", progress: spooled) } catch {
            staging.discard()
            throw error
        }
    }

    func discard() { staging?.discard() }
}
