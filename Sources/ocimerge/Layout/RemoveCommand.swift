internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The command `rm`: removes names from a layout, and with `--gc` the blobs that only they needed.
enum RemoveCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let references = try CommandError.checked { () throws(SourceError) in
            try request.sources.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        }
        let path = try CommandError.checked { () throws(LayoutError) in try layout(of: references) }
        let leftovers = DirectoryRevisionSink.leftovers(of: path)
        // The sink locks the layout before it is read.
        let sink = try CommandError.checked { () throws(IOFailure) in
            request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        }
        let (directory, images, chosen) = try CommandError.checked { () throws(LayoutError) in try opened(references) }
        let plan = try CommandError.checked { () throws(PlanError) in
            try RemovalPlan(chosen, of: images.graph, index: directory.index)
        }
        let garbage = try CommandError.checked { () throws(LayoutError) in
            request.collects
                ? try GarbageCollection(directory, index: plan.index, known: images.graph.documents)
                : try estimate(directory, images, plan, console)
        }
        let collected = request.collects ? garbage : nil
        collected?.warning(path).map(console.warn)
        if let sink {
            var isRemoved = false
            do throws(SinkError) {
                let leftovers = try sink.write([.index(directory.index.bytes, became: plan.index.bytes)])
                isRemoved = true
                for leftover in leftovers { console.warn(leftover: leftover) }
                try collected?.run(sink)
            } catch {
                if case .unflushed = error { isRemoved = true }
                guard isRemoved, request.collects else { throw CommandError(error) }
                throw CommandError(UncollectedGarbage(layout: path, cause: error))
            }
        }
        let report = RemoveReport(
            layout: path, plan: plan, isDryRun: request.run.dryRun, freeable: garbage?.plan.bytes,
            collected: collected.map {
                CollectReport(layout: path, garbage: $0, leftovers: leftovers, isDryRun: request.run.dryRun)
            })
        try console.finish(report, request.run)
    }

    /// The layout, and the numbers of the entries of `index.json` that the references choose.
    private static func opened(
        _ references: [SourceReference]
    ) throws(LayoutError) -> (LayoutDirectory, LayoutImages, chosen: Set<Int>) {
        let directory = try LayoutDirectory(references[0])
        try directory.checkIsEditable()
        let images = try LayoutImages(directory)
        var chosen: Set<Int> = []
        for reference in references { chosen.formUnion(try images.entries(chosenBy: reference)) }
        return (directory, images, chosen)
    }

    /// What `gc` would remove afterwards; `nil`, with a warning, if `gc` would refuse the layout. Names can be removed all
    /// the same.
    private static func estimate(
        _ directory: LayoutDirectory, _ images: LayoutImages, _ plan: RemovalPlan, _ console: Console
    ) throws(LayoutError) -> GarbageCollection? {
        do throws(LayoutError) {
            return try GarbageCollection(directory, index: plan.index, known: images.graph.documents)
        } catch {
            switch error {
            case .source, .absentRoot: if Interruption.isRequested { throw error }
            default: throw error
            }
            console.warn("cannot compute what gc would free: \(error.sentence)")
            return nil
        }
    }

    /// The path of the one layout that all references name.
    private static func layout(of references: [SourceReference]) throws(LayoutError) -> String {
        var path: String?
        for reference in references {
            let found = try LayoutDirectory.path(of: reference)
            if reference.selection == nil { throw .noSelection(source: reference.text) }
            if let path, FileSystem.resolved(path) != FileSystem.resolved(found) {
                throw .severalLayouts(path, found)
            }
            path = path ?? found
        }
        return path ?? ""
    }
}

/// The result of `rm`, or of its dry run.
struct RemoveReport: CommandReport {
    let layout: String
    let plan: RemovalPlan
    let isDryRun: Bool
    /// The bytes that `gc` would free, or has freed; `nil` if they are not known.
    let freeable: Int64?
    /// `nil` without `--gc`.
    let collected: CollectReport?

    /// One digest a line.
    var brief: String { plan.images.map { "\($0.digest)\n" }.joined() }

    func text(_ style: TextStyle) -> String {
        let verb = isDryRun ? "would remove from" : "removed from"
        var text = "\(verb) \(TerminalText.escaped(layout)):\n"
        let rows = plan.removed.map { ["  " + style.heading(Self.name($0.label)), style.digest($0.digest)] }
        text += Table.text(rows, width: style.width)
        for image in plan.images {
            if !image.names.isEmpty {
                let names = image.names.map(Self.name).joined(separator: ", ")
                text += "\(style.digest(image.digest)) is still there as \(names)\n"
            } else if image.isNeeded {
                text += "\(style.digest(image.digest)) is still needed by another entry\n"
            }
        }
        return text + (collected?.text(style) ?? outlook)
    }

    private var outlook: String {
        let command = "ocimerge gc \(ShellText.quoted(layout))"
        return switch freeable {
        case nil: "unneeded blobs stay until \(command)\n"
        case 0: "nothing is left that \(command) would free\n"
        case let bytes?: "\(command) frees \(ByteCount.text(bytes))\n"
        }
    }

    private static func name(_ label: ImageLabel?) -> String {
        TerminalText.escaped(label?.description ?? "(no name)")
    }

    func json(warnings: [String]) -> JSONText {
        func name(_ label: ImageLabel?) -> JSONText { label.map { .string($0.description) } ?? .null }
        let removed: [JSONText] = plan.removed.map {
            .object([("name", name($0.label)), ("digest", .string($0.digest.description))])
        }
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
            ("removed", .array(removed)),
            ("images", .array(images)),
            ("freeable", freeable.map(JSONText.integer) ?? .null),
            ("gc", collected.map { .object($0.members) } ?? .null),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
