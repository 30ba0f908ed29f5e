internal import ByteIO
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// Names go from a layout, and with `--gc` what only they needed.
enum RemoveCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws {
        Interruption.install()
        let references = try request.sources.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        let path = try layout(of: references)
        let leftovers = DirectoryRevisionSink.leftovers(of: path)
        let sink = request.dryRun ? nil : try DirectoryRevisionSink(path)
        let directory = try LayoutDirectory(references[0])
        try directory.checkIsEditable()
        let chosen = try references.reduce(into: Set()) { $0.formUnion(try directory.entries(chosenBy: $1)) }
        let plan = try RemovalPlan(chosen, of: directory.graph, index: directory.index)
        let report: RemoveReport
        if request.collects {
            let collection = try Collection(directory, index: plan.index)
            try sink?.write([.init(index: directory.index, became: plan.index)])
            try sink.map(collection.carryOut)
            report = RemoveReport(
                layout: path, plan: plan, isDryRun: request.dryRun, freeable: collection.plan.bytes,
                collected: CollectReport(
                    layout: path, collection: collection, leftovers: leftovers, isDryRun: request.dryRun))
        } else {
            let freeable = try freeable(directory, plan, console)
            try sink?.write([.init(index: directory.index, became: plan.index)])
            report = RemoveReport(
                layout: path, plan: plan, isDryRun: request.dryRun, freeable: freeable, collected: nil)
        }
        try console.print(report, request)
    }

    /// nil, with a warning: gc would refuse to look at the layout, which keeps no name in it.
    private static func freeable(
        _ directory: LayoutDirectory, _ plan: RemovalPlan, _ console: Console
    ) throws -> Int64? {
        do { return try Collection(directory, index: plan.index).plan.bytes } catch let error as SourceError
            where !Interruption.isRequested
        {
            console.warn("what gc would free cannot be told: \(ErrorMessage.sentence(for: error))")
            return nil
        }
    }

    /// The only one that they name.
    private static func layout(of references: [SourceReference]) throws -> String {
        var path: String?
        for reference in references {
            let found = try LayoutDirectory.path(of: reference)
            if reference.selection == nil { throw LayoutError.noSelection(source: reference.text) }
            if let path, FileSystem.resolved(path) != FileSystem.resolved(found) {
                throw LayoutError.severalLayouts(path, found)
            }
            path = path ?? found
        }
        return path ?? ""
    }
}
