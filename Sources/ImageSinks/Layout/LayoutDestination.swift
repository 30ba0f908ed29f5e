package import ByteIO
package import ImageModel

/// What to do with what stands at the destination already.
package enum ExistingLayout: Sendable { case refuse, update, replace }

/// A directory that shall become, or already is, an OCI image layout; checked before anything is read.
package struct LayoutDestination: Sendable {
    package enum Mode: Equatable, Sendable {
        /// Nothing stands there.
        case create
        /// A directory stands there, empty or with what a killed run had begun to put into it. It may be a mount point.
        case fill
        /// A layout stands there and keeps what is not replaced.
        case update
        /// A layout stands there and goes when the new one is complete.
        case replace
    }

    /// Without links.
    package let path: String
    /// As it was typed.
    let typed: String
    package let mode: Mode
    private let existing: ExistingLayout

    package init(path text: String, existing: ExistingLayout) throws(DestinationError) {
        // A link stands for what it leads to: that is what shall change, and its file system is the one that counts.
        let typed = FileSystem.trimmingSlashes(text)
        let path = FileSystem.resolved(typed)
        switch try DestinationPlace.kind(of: path, shown: typed) {
        // An update needs something to lock, so that of two of them none is lost.
        case nil: mode = existing == .update ? .fill : .create
        case .directory: mode = try Self.mode(path, existing, shown: typed)
        case .file, .other: throw .notADirectory(path: path)
        }
        self.path = path
        self.typed = typed
        self.existing = existing
    }

    private static func mode(
        _ path: String, _ existing: ExistingLayout, shown: String
    ) throws(DestinationError) -> Mode {
        let entries: [String]
        do throws(IOFailure) { entries = try FileSystem.entries(of: path).sorted() } catch { throw .io(error) }
        if entries.allSatisfy({ unfinished.contains($0) || $0.hasPrefix(leftover) }) { return .fill }
        let isLayout = entries.contains(LayoutPath.marker) && entries.contains(LayoutPath.index)
        switch existing {
        case .refuse: throw .exists(path: shown)
        case .update where isLayout:
            if entries.contains("manifest.json") { throw .isHybrid(path: shown) }
            return .update
        case .replace where isLayout:
            let foreign = entries.first { !replaceable.contains($0) && !$0.hasPrefix(leftover) }
            if let foreign { throw .holdsMore(path: shown, name: foreign) }
            return .replace
        case .update, .replace: throw .notALayout(path: shown)
        }
    }

    /// Under the lock: what stands there now. An update goes on with what a neighbour has made meanwhile; everything else
    /// was asked of what stood there before.
    func confirmed() throws(DestinationError) -> LayoutDestination {
        guard mode != .create else { return self }
        let found = try Self.mode(path, existing, shown: path)
        guard found == mode || (existing == .update && found == .update) else { throw .changed(path: path) }
        return LayoutDestination(path: path, typed: typed, mode: found, existing: existing)
    }

    private init(path: String, typed: String, mode: Mode, existing: ExistingLayout) {
        self.path = path
        self.typed = typed
        self.mode = mode
        self.existing = existing
    }

    private static let replaceable: Set<String> = [
        LayoutPath.marker, LayoutPath.index, LayoutPath.blobs, "manifest.json", "repositories", "ingest",
    ]

    /// All that can stand in a directory whose filling was cut short: `index.json` comes last.
    private static let unfinished: Set<String> = [LayoutPath.marker, LayoutPath.blobs]
    private static let insideName = "inside"
    private static let leftover = ".\(insideName).ocimerge-"

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

/// Blobs that stand in the layout that is to be updated. Names prove nothing: they are verified when they are needed, as
/// everything that the sink finds there is.
package struct HeldBlobs: Sendable {
    private let root: DirectoryRoot

    /// nil: nothing stands at the destination that would stay.
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
