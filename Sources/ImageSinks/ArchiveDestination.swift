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

    private static let suffixes: [(ending: String, compression: Compression?)] = [
        (".tar", nil), (".tar.gz", .gzip), (".tgz", .gzip), (".tar.zst", .zstd), (".tzst", .zstd), (".tar.xz", .xz),
        (".txz", .xz), (".tar.bz2", .bzip2), (".tbz2", .bzip2), (".tar.lz4", .lz4),
    ]

    /// nil: the name is not that of an archive.
    package init?(parsing text: String, replaces: Bool) throws(DestinationError) {
        guard let suffix = Self.suffixes.first(where: { text.lowercased().hasSuffix($0.ending) }),
            !["oci:", "oci-archive:", "docker-archive:", "dir:", "docker://"].contains(where: text.hasPrefix)
        else { return nil }
        path = FileSystem.resolved(text)
        compression = suffix.compression
        switch FileSystem.kind(of: path) {
        case .file where replaces: mode = .replace
        case .file: throw .archiveExists(path: text)
        case .directory, .other: throw .notAFile(path: text)
        case nil:
            if FileSystem.exists(path) { throw .notAFile(path: text) }
            let parent = FileSystem.parent(of: path)
            guard FileSystem.kind(of: parent) == .directory else { throw .parentMissing(path: parent) }
            mode = .create
        }
    }

    /// In the place of the archive that was read.
    package init(revising input: ArchiveInput) {
        path = FileSystem.resolved(input.file.path)
        mode = .revise
        compression = input.compression
    }
}
