package import ByteIO

/// A new layer of an image, made from a directory, from a tar archive, or from paths to delete.
package struct AddedLayer: Sendable {
    /// The digest of the stored bytes.
    package let digest: Digest
    package let size: Int64
    package let compression: LayerCompression
    /// The digest of the tar archive, which configs state.
    package let diffID: Digest
    package let source: any ByteSource
    /// What made the layer, for the history of the image.
    package let origin: String

    package init(
        digest: Digest, size: Int64, compression: LayerCompression, diffID: Digest, source: any ByteSource,
        origin: String
    ) {
        self.digest = digest
        self.size = size
        self.compression = compression
        self.diffID = diffID
        self.source = source
        self.origin = origin
    }

    package var blob: WritePlan.Blob { WritePlan.Blob(digest, size: size, source: source) }
}
