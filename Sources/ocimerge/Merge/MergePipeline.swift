internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// Sources in, one result out: merge, and pack, which leaves out what a receiver has.
enum MergeCommand {
    /// `arguments`: the command line as it was typed. `spec`: the one that is asked for, where it is read already.
    static func run(
        _ request: MergeRequest, _ arguments: [String], _ console: Console, spec: SpecFile? = nil
    ) throws {
        Interruption.install()
        let registries = try RegistryOpening.access(
            request.registry, naming: request.sources + request.since + [request.output])
        let destination = try ResultDestination(
            request.output, existing: request.existing,
            defaultPlatform: request.defaultPlatform.map { try Platform(parsing: $0) },
            format: request.format, volumeSize: request.volumeSize, isIncrement: !request.since.isEmpty)
        let work = try MergeWork(request, arguments, destination, registries, console, spec: spec)
        if request.dryRun {
            let compressing = LayerCompressing(request)
            let outcome = try work.plan(work.opened(spool: nil), compressing)
            let report = try work.report(outcome, written: nil, sink: nil, compressing.summary)
            return try console.print(report, request)
        }
        let bar = ProgressBar()
        let sink = try work.destination.sink(
            syncs: request.sync, registries: registries, chunkSize: request.chunkSize
        ) { bar.advance($0) }
        let report: MergeReport
        do {
            report = try console.holdingWarnings {
                try bar.shown(!request.quiet) {
                    let compressing = LayerCompressing(request, spool: sink.spool, bar: bar)
                    let outcome = try work.plan(work.opened(spool: sink.spool), compressing)
                    bar.begin("merging", total: outcome.plan.bytesToMove)
                    let written = try PlanExecution.run(
                        outcome.plan, into: sink, jobs: work.threads
                    ) { bar.advance($0) }
                    return try work.report(outcome, written: written, sink: sink, compressing.summary)
                }
            }
        } catch {
            sink.discard()
            throw sink.named(error)
        }
        try console.print(report, request, to: destination.reports)
    }
}
