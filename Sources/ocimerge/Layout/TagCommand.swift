internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The command `tag`: adds a name to an image of a layout.
enum TagCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let new = try CommandError.checked { () throws(NameError) in try NewName(parsing: request.name) }
        let reference = try CommandError.checked { () throws(SourceError) in
            try SourceReference(parsing: request.sources[0])
        }
        let path = try CommandError.checked { () throws(LayoutError) in try LayoutDirectory.path(of: reference) }
        // The sink locks the layout before it is read.
        let sink = try CommandError.checked { () throws(IOFailure) in
            request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        }
        let (index, images, chosen) = try CommandError.checked { () throws(LayoutError) in try opened(reference) }
        let name = try CommandError.checked { () throws(LayoutError) in try new.label(for: chosen, of: reference) }
        let plan = try CommandError.checked { () throws(PlanError) in
            try TagPlan(name, for: chosen, in: images.graph, index: index)
        }
        if plan.isChanged {
            let leftovers = try CommandError.checked { () throws(SinkError) in
                try sink?.write([.index(index.bytes, became: plan.index)]) ?? []
            }
            for leftover in leftovers { console.warn(leftover: leftover) }
        }
        let report = TagReport(layout: path, plan: plan, isDryRun: request.run.dryRun)
        try console.finish(report, request.run)
    }

    /// `index.json`, all images, and the roots of the one image that gets the name.
    private static func opened(
        _ reference: SourceReference
    ) throws(LayoutError) -> (index: Document, LayoutImages, chosen: [ImageGraph.Root]) {
        let directory = try LayoutDirectory(reference)
        try directory.checkIsEditable()
        let images = try LayoutImages(directory)
        let chosen = try images.roots(chosenBy: reference)
        if reference.selection == nil, Set(chosen.map(\.descriptor.digest)).count != 1 {
            throw .noSelection(source: reference.text)
        }
        return (directory.index, images, chosen)
    }
}

/// The name that `tag` adds.
enum NewName: Equatable {
    /// In the repository of the image.
    case tag(String)
    case name(ImageName)

    /// A text without `/` and `:` is a tag.
    init(parsing text: String) throws(NameError) {
        if !text.contains("/"), !text.contains(":"), !text.contains("@") {
            guard ImageName.isTag(text) else { throw NameError(text: text, isTag: true) }
            self = .tag(text)
        } else {
            guard let name = ImageName(parsing: text) else { throw NameError(text: text) }
            self = .name(name)
        }
    }

    /// The whole name for an image with the roots `chosen`. An image without a repository gets a bare tag.
    func label(for chosen: [ImageGraph.Root], of reference: SourceReference) throws(LayoutError) -> ImageLabel {
        switch self {
        case .name(let name): return .full(name)
        case .tag(let tag):
            let names = chosen.flatMap(\.labels).compactMap { label in
                if case .full(let name) = label { name.tagged(tag) } else { nil }
            }
            let whole = Set(names).sorted()
            guard whole.count < 2 else { throw .severalRepositories(source: reference.text, names: whole) }
            return whole.first.map(ImageLabel.full) ?? .plain(tag)
        }
    }
}

extension DirectoryRevisionSink.Edit {
    /// The replacement of the `index.json` of a layout.
    static func index(_ before: [UInt8], became after: [UInt8]) -> Self {
        Self(name: "index.json", newName: "index.json", before: before, after: after, kind: .replacement)
    }
}

/// The result of `tag`, or of its dry run.
struct TagReport: CommandReport {
    let layout: String
    let plan: TagPlan
    let isDryRun: Bool

    /// One digest a line.
    var brief: String { plan.digests.map { "\($0)\n" }.joined() }

    func text(_ style: TextStyle) -> String {
        let digests = plan.digests.map(style.digest).joined(separator: ", ")
        let place = TerminalText.escaped(layout)
        let name = style.heading(TerminalText.escaped(plan.name.description))
        if !plan.isChanged { return "\(name) in \(place) leads to \(digests) already\n" }
        let verb = isDryRun ? "would lead" : "leads"
        var text = "\(name) in \(place) \(verb) to \(digests)\n"
        if !plan.previous.isEmpty {
            text += "before, it led to \(plan.previous.map(style.digest).joined(separator: ", "))\n"
        }
        return text
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("layout", .string(layout)),
            ("name", .string(plan.name.description)),
            ("digests", .array(plan.digests.map { .string($0.description) })),
            ("previous", .array(plan.previous.map { .string($0.description) })),
            ("dryRun", .boolean(isDryRun)),
            ("changed", .boolean(plan.isChanged)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
