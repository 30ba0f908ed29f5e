package import ByteIO
package import ImageAudit

/// Why a layer cannot be made.
package enum LayerMakingError: Error, Equatable, Sendable {
    /// A directory, an archive or the spool cannot be read or written.
    case io(IOFailure)
    /// The files of a layer below are not known.
    case image(LayerFailure)
    case target(String, TargetFlaw)
    /// A file of a directory cannot be in the image. `path` is that of the file on this machine.
    case file(path: String, FileFlaw)
    case records(DirectoryTarError)
    case tar(TarError)
    /// The archive has images: it is an OCI layout, or the result of `docker save`.
    case imageArchive(String)
    case member(archive: String, name: String, MemberFlaw)
    case deletion(String, DeletionFlaw)

    package enum TargetFlaw: Equatable, Sendable {
        case relative
        /// A part is `..`.
        case climbing
        /// A part begins with `.wh.`.
        case whiteout
    }

    /// Paths are those in the image.
    package enum FileFlaw: Equatable, Sendable {
        case special(DirectoryScanError.SpecialFile)
        /// The name begins with `.wh.`, so it would delete another file.
        case whiteout
        case longPath(limit: Int)
        /// A directory would replace a file, or a link to one.
        case replacesFile(FilePath, FileEntry.Kind)
        /// A file or link would replace a directory.
        case replacesDirectory(FilePath)
        /// A directory would replace a link without a target.
        case danglingLink(FilePath)
        case endlessLinks(FilePath)
        /// Another file of the directory, by its path on this machine, has the same place.
        case collision(other: String, FilePath)
    }

    package enum MemberFlaw: Equatable, Sendable {
        case absolute
        /// A part of the name is `..`.
        case climbing
        case noName
        case longName(limit: Int)
        /// The target of the hard link is not inside the archive's tree.
        case linkTarget(String)
        /// No container engine knows the type.
        case type(UInt8)
    }

    package enum DeletionFlaw: Equatable, Sendable {
        case root
        case climbing
        /// The name is not in the directory, which has the `others`.
        case absent(name: [UInt8], in: FilePath, others: [[UInt8]])
        /// A part of the path is this file, and names follow it.
        case notDirectory(FilePath)
        case endlessLinks
    }
}
