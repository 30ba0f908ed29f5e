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
