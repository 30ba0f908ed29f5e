package import ByteIO
package import ImageModel

/// Why the files of a layer, and therefore those of its image, are not known.
package struct LayerFailure: Error, Equatable, Sendable {
    package let layer: Digest
    package let fault: LayerFault

    package init(layer: Digest, fault: LayerFault) {
        self.layer = layer
        self.fault = fault
    }
}

package enum LayerFault: Error, Equatable, Sendable {
    /// The source has no such layer.
    case absent
    case unreadable(IOFailure)
    /// The descriptor states another size.
    case wrongSize(expected: Int64, found: Int64)
    /// The bytes have another digest.
    case wrongContent(found: Digest)
    /// The decompressed bytes have another digest than the config states.
    case wrongDiffID(expected: Digest, found: Digest)
    /// A digest was not computed while the bytes passed.
    case unverified
    /// The compressed bytes are damaged.
    case undecodable(IOFailure)
    case tar(TarError)
    /// The name of a member leads out of the image, or names no file.
    case invalidName(FilePath)
    /// Links lead a member to a path of more than `limit` bytes.
    case longPath(FilePath, limit: Int)
    /// A member has a path below a file.
    case notDirectory(FilePath, file: FilePath)
    /// The path of a member leads through more than 40 symbolic links.
    case endlessLinks(FilePath)
    /// The target of a hard link is absent or a directory.
    case hardLinkTarget(FilePath, target: FilePath)
    case unknownType(FilePath, UInt8)
    /// The files of the image would take more than this number of bytes in memory.
    case tooManyFiles(limit: Int)
}
