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
        // Before it is known into which repositories a stream goes. nil: nothing will be pushed.
        let temporary =
            request.dryRun
            ? nil : try TemporarySpool(in: ResultDestination.temporary, for: "push") { bar.advance($0) }
        defer { temporary?.discard() }
        var done: [MergeReport] = []
        do {
            try console.holdingWarnings {
                try bar.shown(!request.quiet) {
                    let source = try work.opened(spool: temporary?.spool)
                    for push in try work.pushes(of: source) { done.append(try work.carriedOut(push, temporary, bar)) }
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
