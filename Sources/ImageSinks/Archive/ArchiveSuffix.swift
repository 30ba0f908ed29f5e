internal import ByteIO

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
