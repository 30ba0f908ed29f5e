internal import ByteIO
internal import ImageModel

/// What to do with a layout that stands at the destination already.
package enum ExistingLayout: Sendable { case refuse, update, replace }

/// A directory that shall become, or already is, an OCI image layout; checked before anything is read.
package struct LayoutDestination: Sendable {
    package enum Mode: Equatable, Sendable {
        /// Nothing stands there, or an empty directory.
        case create
        /// A layout stands there and keeps what is not replaced.
        case update
        /// A layout stands there and goes when the new one is complete.
        case replace
    }

    package let path: String
    package let mode: Mode

    package init(parsing text: String, existing: ExistingLayout) throws(DestinationError) {
        let path = try Self.path(text)
        switch FileSystem.kind(of: path) {
        case nil:
            if FileSystem.exists(path) { throw .notADirectory(path: path) }
            let parent = FileSystem.parent(of: path)
            guard FileSystem.kind(of: parent) == .directory else { throw .parentMissing(path: parent) }
            mode = .create
        case .directory: mode = try Self.mode(path, existing)
        case .file, .other: throw .notADirectory(path: path)
        }
        self.path = path
    }

    private static func path(_ text: String) throws(DestinationError) -> String {
        for prefix in ["oci-archive:", "docker-archive:", "dir:", "docker://"] where text.hasPrefix(prefix) {
            throw .notSupported(text)
        }
        let path = text.hasPrefix("oci:") ? String(text.dropFirst("oci:".count)) : text
        if path.isEmpty { throw .empty }
        let suffixes = [".tar", ".tar.gz", ".tgz", ".tar.zst"]
        if path == "-" || (suffixes.contains(where: path.hasSuffix) && text == path) { throw .notSupported(text) }
        return FileSystem.trimmingSlashes(path)
    }

    private static func mode(_ path: String, _ existing: ExistingLayout) throws(DestinationError) -> Mode {
        let entries: [String]
        do throws(IOFailure) { entries = try FileSystem.entries(of: path) } catch { throw .io(error) }
        // What a killed run left inside is no content.
        if entries.allSatisfy({ $0.hasPrefix(stagingPrefix) }) { return .create }
        let isLayout = entries.contains("oci-layout") && entries.contains("index.json")
        switch existing {
        case .refuse: throw .exists(path: path)
        case .update where isLayout: return .update
        case .replace where isLayout: return .replace
        case .update, .replace: throw .notALayout(path: path)
        }
    }

    private static let stagingPrefix = ".update.ocimerge-"

    /// Beside a new destination, inside one that stays: always on the file system of the result.
    func makeStaging() throws(IOFailure) -> StagingDirectory {
        switch mode {
        case .create, .replace:
            try StagingDirectory(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
        case .update: try StagingDirectory(in: path, for: "update")
        }
    }
}
