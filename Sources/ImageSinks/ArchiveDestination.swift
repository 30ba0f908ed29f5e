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

    /// Compressed as its name says.
    package init(path text: String, replaces: Bool) throws(DestinationError) {
        path = FileSystem.resolved(text)
        compression = ArchiveSuffix(of: text)?.compression
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

    /// A correction of an archive stays an archive of its kind where only a file name is said; nil: something else is.
    package init?(revisionTo text: String, replaces: Bool) throws(DestinationError) {
        guard DestinationForm.split(text).form == nil, ArchiveSuffix(of: text) != nil else { return nil }
        try self.init(path: text, replaces: replaces)
    }

    /// In the place of the archive that was read.
    package init(revising input: ArchiveInput) {
        path = FileSystem.resolved(input.file.path)
        mode = .revise
        compression = input.compression
    }
}
