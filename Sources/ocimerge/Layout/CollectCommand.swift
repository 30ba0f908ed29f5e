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
        let lock = request.dryRun ? try PathLock(FileSystem.resolved(path)) : nil
        defer { withExtendedLifetime(lock) {} }
        let sink = request.dryRun ? nil : try DirectoryRevisionSink(path)
        let directory = try LayoutDirectory(reference)
        let collection = try Collection(directory, index: directory.index)
        try sink.map(collection.carryOut)
        let report = CollectReport(
            layout: path, collection: collection, leftovers: leftovers, isDryRun: request.dryRun)
        try console.print(report, request)
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
