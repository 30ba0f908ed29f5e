package import ByteIO

/// A layer of which the bytes shall be compressed otherwise, and all that is promised of it.
package struct LayerToRecode: Sendable {
    package let digest: Digest
    package let size: Int64
    package let compression: LayerCompression
    /// What configs say that its content is; all of them must be right.
    package var diffIDs: Set<Digest>
    package let source: any ByteSource

    package init(_ blob: WritePlan.Blob, _ compression: LayerCompression, diffIDs: Set<Digest> = []) {
        digest = blob.digest
        size = blob.size
        source = blob.source
        self.compression = compression
        self.diffIDs = diffIDs
    }
}
