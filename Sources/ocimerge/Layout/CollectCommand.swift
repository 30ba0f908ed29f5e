internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// What nothing needs goes from a layout.
enum CollectCommand {
    static func run(_ request: LayoutRequest, _ console: Console) throws {
        Interruption.install()
        let reference = try SourceReference(parsing: request.sources[0])
        if reference.selection != nil { throw LayoutError.selection(source: reference.text) }
        let path = try LayoutDirectory.path(of: reference)
        let leftovers = DirectoryRevisionSink.leftovers(of: path)
        // What a neighbour has put there and not named yet is no garbage: also who only looks waits.
        let lock = request.run.dryRun ? try PathLock(FileSystem.resolved(path)) : nil
        defer { withExtendedLifetime(lock) {} }
        let sink = request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        let directory = try LayoutDirectory(reference)
        let collection = try Collection(directory, index: directory.index)
        try sink.map(collection.carryOut)
        let report = CollectReport(
            layout: path, collection: collection, leftovers: leftovers, isDryRun: request.run.dryRun)
        try console.print(report, request.run)
    }
}

/// What is to go from one layout, where `index` is what it says of its images.
struct Collection {
    let plan: GarbagePlan
    let strangers: [LayoutInventory.Stranger]
    private let names: [String]
    private let index: [UInt8]

    init(_ directory: LayoutDirectory, index: [UInt8]) throws {
        let inventory = try LayoutInventory(directory, index: index)
        let blobs = inventory.blobs.map { GarbagePlan.Blob(digest: $0.digest, size: $0.size) }
        plan = GarbagePlan(blobs, in: inventory.graph, named: inventory.named)
        strangers = inventory.strangers
        let paths = Dictionary(inventory.blobs.map { ($0.digest, $0.name) }, uniquingKeysWith: { first, _ in first })
        names = plan.garbage.compactMap { paths[$0.digest] }
        self.index = index
    }

    func carryOut(_ sink: DirectoryRevisionSink) throws {
        try sink.remove(names, beside: "index.json", index)
        sink.removeLeftoversBeside()
    }
}

/// What nothing needed and went, or would go.
struct CollectReport: CommandReport {
    let layout: String
    let collection: Collection
    /// Paths.
    let leftovers: [String]
    let isDryRun: Bool

    private var plan: GarbagePlan { collection.plan }

    var brief: String { plan.garbage.map { "\($0.digest)\n" }.joined() }

    var text: String {
        let place = TerminalText.escaped(layout)
        let blobs = plan.garbage.count == 1 ? "1 blob" : "\(plan.garbage.count) blobs"
        let bytes = ByteCount.text(plan.bytes)
        var text =
            isDryRun
            ? "would remove \(blobs) (\(bytes)) from \(place) and keep \(plan.kept)\n"
            : "freed \(bytes) in \(place): \(blobs) removed, \(plan.kept) kept\n"
        if isDryRun {
            text += Table.text(
                plan.garbage.map { ["  \($0.digest)", ByteCount.text($0.size)] }, rightAligned: [1])
        }
        for leftover in leftovers {
            text += "left by a killed run\(isDryRun ? "" : ", removed"): \(TerminalText.escaped(leftover))\n"
        }
        for stranger in collection.strangers.prefix(10) {
            text += "\(Self.noun(stranger.kind)), left alone: \(TerminalText.escaped(stranger.name))\n"
        }
        if collection.strangers.count > 10 { text += "and \(collection.strangers.count - 10) more\n" }
        return text
    }

    private static func noun(_ kind: LayoutInventory.Stranger.Kind) -> String {
        switch kind {
        case .file: "no blob by its name"
        case .directory: "a directory among the blobs"
        case .link: "a link among the blobs"
        case .special: "no regular file"
        }
    }

    var members: JSONText {
        .object([
            (
                "removed",
                .array(
                    plan.garbage.map {
                        .object([("digest", .string($0.digest.description)), ("size", .integer($0.size))])
                    })
            ),
            ("bytes", .integer(plan.bytes)),
            ("kept", .integer(Int64(plan.kept))),
            ("leftovers", .array(leftovers.map(JSONText.string))),
            ("leftAlone", .array(collection.strangers.map { .string($0.name) })),
        ])
    }

    func json(warnings: [String]) -> JSONText {
        guard case .object(let members) = members else { return members }
        return .object(
            [.init("layout", .string(layout)), .init("dryRun", .boolean(isDryRun))] + members
                + [.init("warnings", .array(warnings.map(JSONText.string)))])
    }
}
