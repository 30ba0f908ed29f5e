package import ByteIO
package import ImageModel
package import ImagePlanning

/// `oci:PATH`, and every path that is not an archive.
struct LayoutKind: DestinationKind {
    let prefix: String? = "oci:"

    func accepts(_ path: String) -> Bool { true }

    /// Where skopeo ends the path. A colon in the name of a directory that exists is part of the path.
    func startOfName(in path: String) -> String.Index? {
        let isWhole = FileSystem.kind(of: FileSystem.parent(of: path)) == .directory
        let start = isWhole ? path.lastIndex(of: "/") ?? path.startIndex : path.startIndex
        return path[start...].firstIndex(of: ":")
    }

    func destination(
        _ path: String, _ text: String, _ options: DestinationOptions
    ) throws(DestinationError) -> any Destination {
        try LayoutDestination(path: path, existing: options.existing)
    }
}

/// A directory that is to become, or already is, an OCI image layout; checked before anything is read.
package struct LayoutDestination: Destination {
    package enum Mode: Equatable, Sendable {
        /// Nothing stands there.
        case create
        /// A directory stands there, empty or with the beginnings of a killed run. It may be a mount point.
        case fill
        /// A layout stands there and keeps what is not replaced.
        case update
        /// A layout stands there and is removed when the new one is complete.
        case replace
    }

    /// Without links.
    package let path: String
    /// As the user typed it.
    let typed: String
    package let mode: Mode
    private let existing: ExistingContent

    package init(path text: String, existing: ExistingContent) throws(DestinationError) {
        // A link stands for its target: the target changes, and its file system is the one that counts.
        let typed = FileSystem.trimmingSlashes(text)
        let path = FileSystem.resolved(typed)
        switch try DestinationPath.kind(of: path, shown: typed) {
        // An update needs a directory to lock, so that of two updates none is lost.
        case nil: mode = existing == .update ? .fill : .create
        case .directory: mode = try Self.mode(path, existing, shown: typed)
        case .file, .other: throw .notADirectory(path: path)
        }
        self.path = path
        self.typed = typed
        self.existing = existing
    }

    private static func mode(
        _ path: String, _ existing: ExistingContent, shown: String
    ) throws(DestinationError) -> Mode {
        let entries: [String]
        do throws(IOFailure) { entries = try FileSystem.entries(of: path).sorted() } catch { throw .io(error) }
        if entries.allSatisfy({ unfinished.contains($0) || $0.hasPrefix(leftover) }) { return .fill }
        let isLayout = entries.contains(LayoutPath.marker) && entries.contains(LayoutPath.index)
        switch existing {
        case .refuse where isLayout: throw .exists(path: shown)
        case .update where isLayout:
            if entries.contains("manifest.json") { throw .isHybrid(path: shown) }
            let isLinked: Bool
            do throws(IOFailure) { isLinked = try FileSystem.isPresentLink("\(path)/\(LayoutPath.blobs)") } catch {
                throw .io(error)
            }
            if isLinked { throw .linkedBlobs(path: shown) }
            return .update
        case .replace where isLayout:
            let foreign = entries.first { !replaceable.contains($0) && !$0.hasPrefix(leftover) }
            if let foreign { throw .holdsMore(path: shown, name: foreign) }
            return .replace
        case .refuse, .update, .replace: throw .notALayout(path: shown)
        }
    }

    private static let replaceable: Set<String> = [
        LayoutPath.marker, LayoutPath.index, LayoutPath.blobs, "manifest.json", "repositories", "ingest",
    ]

    /// All that can stand in a directory if its filling was cut short: `index.json` comes last.
    private static let unfinished: Set<String> = [LayoutPath.marker, LayoutPath.blobs]
    private static let insideName = "inside"
    private static let leftover = ".\(insideName).ocimerge-"

    package var traits: DestinationTraits {
        var traits = DestinationTraits(.layout)
        traits.joinsSideBySide = false
        traits.needsNames = mode == .update
        traits.hasIndexFile = true
        return traits
    }

    package func heldBlobs() throws(IOFailure) -> (any BlobLookup)? { try HeldLayoutBlobs(self) }

    package func fitted(_ outcome: MergeOutcome) -> FittedPlan { FittedPlan(outcome) }

    /// Beside the layout, or inside if it is a mount point or this user cannot write beside it.
    package var partialPlace: PartialPlace? {
        let parent = FileSystem.parent(of: path)
        let isInside = FileSystem.isDirectory(path) && !FileSystem.canLink(from: parent, to: path)
        return isInside ? PartialPlace(in: path, for: Self.insideName) : PartialPlace(beside: path)
    }

    package func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink {
        try LayoutSink(self, syncs: context.syncs, spooled: context.progress)
    }

    // MARK: - For the sink

    /// The error if another program creates the layout meanwhile.
    var occupied: DestinationError { existing == .replace ? .changed(path: typed) : .exists(path: typed) }

    /// With the directory back in its place that a killed run has moved aside.
    func restored() throws(SinkError) -> LayoutDestination {
        let kind = try sinking { () throws(IOFailure) in try FileSystem.presentKind(of: path) }
        guard kind == nil, try StagedTree.restore(path) else { return self }
        return try sinking { () throws(DestinationError) in try LayoutDestination(path: typed, existing: existing) }
    }

    /// Under the lock: the destination as it is now. An update goes on with the work of another program; everything else
    /// was decided about the former content.
    func confirmed() throws(DestinationError) -> LayoutDestination {
        guard mode != .create else { return self }
        let found = try Self.mode(path, existing, shown: path)
        guard found == mode || (existing == .update && found == .update) else { throw .changed(path: path) }
        return LayoutDestination(path: path, typed: typed, mode: found, existing: existing)
    }

    private init(path: String, typed: String, mode: Mode, existing: ExistingContent) {
        self.path = path
        self.typed = typed
        self.mode = mode
        self.existing = existing
    }

    /// Beside a new destination, inside one that stays: always on the file system of the result.
    func makeStaging() throws(IOFailure) -> StagingDirectory {
        switch mode {
        case .create, .replace:
            try StagingDirectory(
                in: FileSystem.parent(of: path), for: FileSystem.name(of: path), destination: typed)
        case .fill, .update: try StagingDirectory(in: path, for: Self.insideName, destination: typed)
        }
    }
}

/// Blobs of the layout that is updated. The sink verifies them before anything is visible.
package struct HeldLayoutBlobs: BlobLookup {
    private let root: DirectoryRoot

    /// `nil` if no layout is updated.
    package init?(_ destination: LayoutDestination) throws(IOFailure) {
        guard destination.mode == .update else { return nil }
        root = try DirectoryRoot(path: destination.path)
    }

    package func blob(_ digest: Digest) throws(IOFailure) -> (any ByteSource)? {
        let name = LayoutPath(digest).description
        guard let file = try root.open(name) else { return nil }
        return DirectoryFile(root, name: name, size: file.size)
    }
}
