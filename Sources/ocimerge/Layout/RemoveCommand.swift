internal import ByteIO
internal import ImageModel
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
        let sink = request.run.dryRun ? nil : try DirectoryRevisionSink(path)
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
                layout: path, plan: plan, isDryRun: request.run.dryRun, freeable: collection.plan.bytes,
                collected: CollectReport(
                    layout: path, collection: collection, leftovers: leftovers, isDryRun: request.run.dryRun))
        } else {
            let freeable = try freeable(directory, plan, console)
            try sink?.write([.init(index: directory.index, became: plan.index)])
            report = RemoveReport(
                layout: path, plan: plan, isDryRun: request.run.dryRun, freeable: freeable, collected: nil)
        }
        try console.print(report, request.run)
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

/// Which names went from a layout, or would, and what stays of their images.
struct RemoveReport: CommandReport {
    let layout: String
    let plan: RemovalPlan
    let isDryRun: Bool
    /// What nothing needs afterwards; nil where that cannot be told.
    let freeable: Int64?
    /// What was done about that.
    let collected: CollectReport?

    var brief: String { plan.images.map { "\($0.digest)\n" }.joined() }

    var text: String {
        let verb = isDryRun ? "would remove from" : "removed from"
        var text = "\(verb) \(TerminalText.escaped(layout)):\n"
        text += Table.text(plan.removed.map { ["  " + Self.name($0.label), $0.digest.description] })
        for image in plan.images {
            if !image.names.isEmpty {
                let names = image.names.map(Self.name).joined(separator: ", ")
                text += "\(image.digest) is still there as \(names)\n"
            } else if image.isNeeded {
                text += "\(image.digest) is still needed by another image\n"
            }
        }
        return text + (collected?.text ?? outlook)
    }

    private var outlook: String {
        let command = "ocimerge gc \(ShellText.quoted(layout))"
        return switch freeable {
        case nil: "what nothing else needs stays until \(command)\n"
        case 0: "nothing is left that \(command) would free\n"
        case let bytes?: "\(command) frees \(ByteCount.text(bytes))\n"
        }
    }

    private static func name(_ label: ImageLabel?) -> String {
        TerminalText.escaped(label?.description ?? "(no name)")
    }

    func json(warnings: [String]) -> JSONText {
        func name(_ label: ImageLabel?) -> JSONText { label.map { .string($0.description) } ?? .null }
        let images: [JSONText] = plan.images.map { image in
            .object([
                ("digest", .string(image.digest.description)),
                ("names", .array(image.names.map(name))),
                ("needed", .boolean(image.isNeeded)),
            ])
        }
        return .object([
            ("layout", .string(layout)),
            ("dryRun", .boolean(isDryRun)),
            (
                "removed",
                .array(
                    plan.removed.map {
                        .object([("name", name($0.label)), ("digest", .string($0.digest.description))])
                    })
            ),
            ("images", .array(images)),
            ("freeable", freeable.map(JSONText.integer) ?? .null),
            ("gc", collected?.members ?? .null),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
