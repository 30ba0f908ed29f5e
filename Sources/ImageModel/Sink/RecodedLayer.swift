package import ByteIO

/// The result of compressing a layer again.
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

/// A layer to be compressed in another way, and the claims about it.
package struct LayerToRecode: Sendable {
    package let digest: Digest
    package let size: Int64
    package let compression: LayerCompression
    /// The digests of the content by the configs. All of them must be right.
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

/// Examines layers while they are compressed again.
package protocol RecodingObserver: Sendable {
    /// Reads any part of the decompressed content, while another thread writes it.
    func read(_ content: any ByteReader, contentOf layer: LayerToRecode)
    /// Called when the layer was read to its end, and before its content is compared with the diffIDs.
    func note(_ layer: LayerToRecode, _ outcome: BlobRecoder.Outcome)
}

extension RecodedLayer {
    package var blob: WritePlan.Blob { WritePlan.Blob(digest, size: size, source: source) }

    /// A layer that the receiver has in this form. Its bytes cannot be read here.
    package init(absent digest: Digest, size: Int64, compression: LayerCompression) {
        self.init(
            digest: digest, size: size, compression: compression,
            source: AbsentBytes(path: digest.description, size: size))
    }
}

extension LayerCompression {
    /// The codec that reads such layers; `nil` if their bytes are plain.
    package var codec: Compression? {
        switch self {
        case .none: nil
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
