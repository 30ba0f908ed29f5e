package import ByteIO

/// A file that shall become, or already is, an archive.
package struct ArchiveDestination: Sendable {
    package enum Mode: Equatable, Sendable {
        case create
        /// Whatever file stands there goes when the new one is complete.
        case replace
        /// The archive that was read goes, unless somebody has changed it meanwhile; who may read it stays.
        case revise
    }

    /// Without links.
    package let path: String
    package let mode: Mode
    package let compression: Compression?
    /// It is written in pieces that are no larger: `path.001` and so on; nil: in one file.
    package let volumeSize: Int64?

    /// Compressed as its name says.
    package init(path text: String, replaces: Bool) throws(DestinationError) {
        path = FileSystem.resolved(text)
        compression = ArchiveSuffix(of: text)?.compression
        volumeSize = nil
        switch try DestinationPlace.kind(of: path, shown: text) {
        case .file where replaces: mode = .replace
        case .file: throw .archiveExists(path: text)
        case .directory, .other: throw .notAFile(path: text)
        case nil: mode = .create
        }
    }

    /// In pieces of that size, of which none may stand there unless they are replaced.
    package init(path text: String, replaces: Bool, volumeSize: Int64) throws(DestinationError) {
        path = text
        compression = ArchiveSuffix(of: text)?.compression
        self.volumeSize = volumeSize
        try DestinationPlace.checkParent(of: path)
        mode = replaces ? .replace : .create
        // What stands there in disorder is put in order when the writing begins, and asked for again.
        var isInterrupted = false
        do throws(IOFailure) {
            try StagingDirectory.forEachNeeded(in: FileSystem.parent(of: path), for: FileSystem.name(of: path)) { _ in
                isInterrupted = true
            }
        } catch { throw .io(error) }
        if !isInterrupted { _ = try standingVolumes() }
    }

    /// The volumes and their list that go when new ones come.
    func standingVolumes() throws(DestinationError) -> [String] {
        let standing: [String]
        do throws(IOFailure) { standing = try Volumes.standing(path) } catch { throw .io(error) }
        for volume in standing {
            guard FileSystem.kind(of: volume) == .file else { throw .notAFile(path: volume) }
            guard mode == .replace else { throw .archiveExists(path: volume) }
        }
        let list = path + Volumes.listSuffix
        if FileSystem.exists(list), !standing.contains(list) { throw .notOfVolumes(path: list) }
        return standing
    }

    /// A correction of an archive stays an archive of its kind where only a file name is said; nil: something else is.
    package init?(revisionTo text: String, replaces: Bool) throws(DestinationError) {
        guard DestinationForm.split(text).form == nil, ArchiveSuffix(of: text) != nil else { return nil }
        try DestinationForm.refuseTransport(of: text)
        try self.init(path: text, replaces: replaces)
    }

    /// In the place of the archive that was read.
    package init(revising input: ArchiveInput) {
        path = FileSystem.resolved(input.file.path)
        mode = .revise
        volumeSize = nil
        compression = input.compression
    }
}

/// The names by which an archive is asked for, and how it is compressed as a whole.
enum ArchiveSuffix {
    case plain
    case compressed(Compression)

    private static let known: [(ending: String, suffix: ArchiveSuffix)] = [
        (".tar", .plain), (".tar.gz", .compressed(.gzip)), (".tgz", .compressed(.gzip)),
        (".tar.zst", .compressed(.zstd)), (".tzst", .compressed(.zstd)), (".tar.xz", .compressed(.xz)),
        (".txz", .compressed(.xz)), (".tar.bz2", .compressed(.bzip2)), (".tbz2", .compressed(.bzip2)),
        (".tar.lz4", .compressed(.lz4)),
    ]

    /// nil: the name is not that of an archive.
    init?(of name: String) {
        let name = name.lowercased()
        guard let found = Self.known.first(where: { name.hasSuffix($0.ending) }) else { return nil }
        self = found.suffix
    }

    /// The name is that of something packed which is no archive of images: nobody means a directory by it. With a slash
    /// behind it, it is one.
    static func isForeign(_ name: String) -> Bool {
        let endings = [".zip", ".gz", ".zst", ".bz2", ".xz", ".lz4", ".tar.z"]
        return ArchiveSuffix(of: name) == nil && endings.contains(where: name.lowercased().hasSuffix)
    }

    var compression: Compression? { if case .compressed(let compression) = self { compression } else { nil } }
}
