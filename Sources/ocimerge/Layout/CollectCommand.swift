internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// The command `gc`: removes the blobs of a layout that no image needs.
enum CollectCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let reference = try CommandError.checked { () throws(SourceError) in
            try SourceReference(parsing: request.sources[0])
        }
        let path = try CommandError.checked { () throws(LayoutError) in
            if reference.selection != nil { throw .selection(source: reference.text) }
            return try LayoutDirectory.path(of: reference)
        }
        let leftovers = DirectoryRevisionSink.leftovers(of: path)
        // A dry run also waits for other runs: their new blobs have no name in `index.json` until the end.
        let (lock, sink) = try CommandError.checked { () throws(IOFailure) -> (PathLock?, DirectoryRevisionSink?) in
            request.run.dryRun
                ? (try PathLock(FileSystem.resolved(path)), nil) : (nil, try DirectoryRevisionSink(path))
        }
        defer { withExtendedLifetime(lock) {} }
        let garbage = try CommandError.checked { () throws(LayoutError) in
            let directory = try LayoutDirectory(reference)
            return try GarbageCollection(directory, index: directory.index)
        }
        garbage.warning(path).map(console.warn)
        try CommandError.checked { () throws(SinkError) in try sink.map(garbage.run) }
        let report = CollectReport(
            layout: path, garbage: garbage, leftovers: leftovers, isDryRun: request.run.dryRun)
        try console.finish(report, request.run)
    }
}

/// The removal of unneeded blobs from one layout.
struct GarbageCollection {
    let plan: GarbagePlan
    /// The number of manifests that indexes list and that are absent.
    private let absentChildren: Int
    /// The files and directories below `blobs/` that are not blobs. They stay.
    let unknownFiles: [LayoutInventory.UnknownFile]
    /// The paths of the garbage in the layout.
    private let names: [String]
    private let index: Document

    /// `index`: the `index.json` that is on disk when the removal runs. `known`: documents that this run has read before.
    init(
        _ directory: LayoutDirectory, index: Document, known: [Digest: Document] = [:]
    ) throws(LayoutError) {
        let inventory = try LayoutInventory(directory, index: index, known: known)
        let blobs = inventory.blobs.map { GarbagePlan.Blob(digest: $0.digest, size: $0.size) }
        plan = GarbagePlan(blobs, in: inventory.graph, named: inventory.named)
        unknownFiles = inventory.unknownFiles
        absentChildren = inventory.absentChildren.count
        let paths = Dictionary(inventory.blobs.map { ($0.digest, $0.name) }, uniquingKeysWith: { first, _ in first })
        names = plan.garbage.compactMap { paths[$0.digest] }
        self.index = index
    }

    /// A warning about blobs that an absent manifest may need; `nil` if no blob is removed.
    func warning(_ layout: String) -> String? {
        absentChildren > 0 && !plan.garbage.isEmpty ? LayoutMessage.absentChildren(absentChildren, layout) : nil
    }

    func run(_ sink: DirectoryRevisionSink) throws(SinkError) {
        try sink.remove(names, beside: "index.json", index.bytes)
    }
}

/// The result of `gc`, or of its dry run.
struct CollectReport: CommandReport {
    let layout: String
    let garbage: GarbageCollection
    /// The paths of the files that killed runs left.
    let leftovers: [String]
    let isDryRun: Bool

    private var plan: GarbagePlan { garbage.plan }

    /// One digest a line.
    var brief: String { plan.garbage.map { "\($0.digest)\n" }.joined() }

    func text(_ style: TextStyle) -> String {
        let place = TerminalText.escaped(layout)
        let blobs = CountText.text(plan.garbage.count, "blob")
        let bytes = ByteCount.text(plan.bytes)
        var text =
            isDryRun
            ? "would remove \(blobs) (\(bytes)) from \(place) and keep \(plan.kept)\n"
            : "freed \(bytes) in \(place): \(blobs) removed, \(plan.kept) kept\n"
        if isDryRun {
            text += Table.text(
                plan.garbage.map { ["  \(style.digest($0.digest))", ByteCount.text($0.size)] }, rightAligned: [1])
        }
        for leftover in leftovers {
            text += "left by a killed run\(isDryRun ? "" : ", removed"): \(TerminalText.escaped(leftover))\n"
        }
        for file in garbage.unknownFiles.prefix(10) {
            text += "\(Self.noun(file.kind)), left alone: \(TerminalText.escaped(file.name))\n"
        }
        if garbage.unknownFiles.count > 10 { text += "and \(garbage.unknownFiles.count - 10) more\n" }
        return text
    }

    private static func noun(_ kind: LayoutInventory.UnknownFile.Kind) -> String {
        switch kind {
        case .file: "not named by a digest"
        case .directory: "a directory among the blobs"
        case .link: "a link among the blobs"
        case .special: "not a regular file"
        }
    }

    func json(warnings: [String]) -> JSONText {
        .object(
            [("layout", .string(layout)), ("dryRun", .boolean(isDryRun))] + members
                + [("warnings", .array(warnings.map(JSONText.string)))])
    }

    /// The members that `rm --gc` prints too.
    var members: [(String, JSONText)] {
        let removed: [JSONText] = plan.garbage.map {
            .object([("digest", .string($0.digest.description)), ("size", .integer($0.size))])
        }
        return [
            ("removed", .array(removed)),
            ("bytes", .integer(plan.bytes)),
            ("kept", .integer(Int64(plan.kept))),
            ("leftovers", .array(leftovers.map(JSONText.string))),
            ("leftAlone", .array(garbage.unknownFiles.map { .string($0.name) })),
        ]
    }
}
