package import ByteIO
package import ImageModel

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
        let name = "blobs/\(digest.algorithm.rawValue)/\(digest.hex)"
        guard let file = try root.open(name) else { return nil }
        return DirectoryFile(root, name: name, size: file.size)
    }
}
