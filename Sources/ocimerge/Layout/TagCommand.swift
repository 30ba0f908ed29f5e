internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// One more name for an image of a layout.
enum TagCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws {
        Interruption.install()
        guard let name = ImageName(parsing: request.name) else { throw NameError(text: request.name) }
        let reference = try SourceReference(parsing: request.sources[0])
        let path = try LayoutDirectory.path(of: reference)
        let sink = request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        let directory = try LayoutDirectory(reference)
        try directory.checkIsEditable()
        let chosen = try directory.roots(chosenBy: reference)
        if reference.selection == nil, Set(chosen.map(\.descriptor.digest)).count != 1 {
            throw LayoutError.noSelection(source: reference.text)
        }
        let plan = try TagPlan(name, for: chosen, in: directory.graph, index: directory.index)
        if plan.isChanged { try sink?.write([.init(index: directory.index, became: plan.index)]) }
        let report = TagReport(layout: path, plan: plan, isDryRun: request.run.dryRun)
        try console.print(report, request.run)
    }
}

extension DirectoryRevisionSink.Edit {
    /// Of the list of a layout.
    init(index before: [UInt8], became after: [UInt8]) {
        self.init(name: "index.json", newName: "index.json", before: before, after: after, kind: .replacement)
    }
}

/// What was named, or would be.
struct TagReport: CommandReport {
    let layout: String
    let plan: TagPlan
    let isDryRun: Bool

    var brief: String { plan.digests.map { "\($0)\n" }.joined() }

    var text: String {
        let digests = plan.digests.map(\.description).joined(separator: ", ")
        let place = TerminalText.escaped(layout)
        if !plan.isChanged { return "\(plan.name) in \(place) leads to \(digests) already\n" }
        let verb = isDryRun ? "would lead" : "leads"
        var text = "\(plan.name) in \(place) \(verb) to \(digests)\n"
        if !plan.previous.isEmpty {
            text += "before, it led to \(plan.previous.map(\.description).joined(separator: ", "))\n"
        }
        return text
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("layout", .string(layout)),
            ("name", .string(plan.name.full)),
            ("digests", .array(plan.digests.map { .string($0.description) })),
            ("previous", .array(plan.previous.map { .string($0.description) })),
            ("dryRun", .boolean(isDryRun)),
            ("changed", .boolean(plan.isChanged)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
