package import ByteIO
package import ImageModel

/// Writes an image as skopeo's `dir:` does: the index or manifest as `manifest.json`, blobs as `<hex>`, manifests of the
/// index as `<hex>.manifest.json`. Everything grows in a staging directory, and `commit` makes it visible by one rename.
///
/// An existing image survives a power cut: the new one is synced before it replaces the old one. A wholly new directory
/// is as durable as copied files are, unless `syncs` is set.
package final class SkopeoDirectorySink: ImageSink {
    private let destination: SkopeoDirectoryDestination
    private let tree: StagedTree
    private let lock: PathLock?

    package let traits = SinkTraits()
    package var spool: SpoolDirectory { tree.spool }

    static let versionFile = "version"
    static let topFile = "manifest.json"
    private static let version = Array("Directory Transport Version: 1.1\n".utf8)

    /// `spooled` is told of the bytes of streams as they are taken in. Tests set `canExchange`.
    package init(
        _ destination: SkopeoDirectoryDestination, syncs: Bool, canExchange: Bool? = nil,
        spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(SinkError) {
        let destination = try destination.restored()
        self.destination = destination
        let replaces = destination.mode == .replace
        lock = replaces ? try sinking { () throws(IOFailure) in try PathLock(destination.path) } : nil
        try sinking { () throws(DestinationError) in try destination.confirmed() }
        let staging = try sinking { () throws(IOFailure) in try destination.makeStaging() }
        tree = try StagedTree(
            staging, at: destination.path, shown: destination.typed, replaces: replaces, syncs: syncs || replaces,
            canExchange: canExchange, progress: spooled)
    }

    @discardableResult
    package func discard() -> IOFailure? { tree.staging.discard() }

    private static func manifestName(_ digest: Digest) -> String { "\(digest.hex).manifest.json" }

    package func begin(_ plan: WritePlan) throws(SinkError) {
        try sinking { () throws(DestinationError) in try SkopeoDirectoryDestination.check(plan) }
    }

    package func contains(_ content: SinkContent) -> Bool { false }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        try tree.put(blob, as: blob.digest.hex, crew: crew, buffer: &buffer, progress: progress)
    }

    package func put(_ document: Document) throws(SinkError) {
        let name = document.isStructure ? Self.manifestName(document.digest) : document.digest.hex
        try tree.put(document, as: name)
    }

    package func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication {
        spool.remove()
        guard let root = roots.first?.descriptor.digest else {
            throw .destination(.notOneImage(count: 0, names: []))
        }
        let image = tree.path
        try tree.reporting { () throws(IOFailure) in
            try FileSystem.move("\(image)/\(Self.manifestName(root))", to: "\(image)/\(Self.topFile)")
            try StagedFile.write(Self.version, to: "\(image)/\(Self.versionFile)", sync: tree.syncs)
            if tree.syncs { try FileSystem.syncDirectory(image) }
        }
        switch destination.mode {
        case .create: try tree.publish(.new(occupied: destination.occupied))
        case .replace: try tree.publish(.replacing)
        }
        return Publication(leftover: tree.staging.discard())
    }
}
