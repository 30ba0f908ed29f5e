package import ByteIO

/// What became of a layer that was compressed otherwise.
package struct RecodedLayer: Sendable {
    package let digest: Digest
    package let size: Int64
    package let compression: LayerCompression
    package let source: any ByteSource

    package init(digest: Digest, size: Int64, compression: LayerCompression, source: any ByteSource) {
        self.digest = digest
        self.size = size
        self.compression = compression
        self.source = source
    }
}

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

extension RecodedLayer {
    /// A layer that somebody else has in this form: its bytes cannot be read here.
    package init(absent digest: Digest, size: Int64, compression: LayerCompression) {
        self.init(
            digest: digest, size: size, compression: compression,
            source: ElsewhereBytes(path: digest.description, size: size))
    }
}
