internal import ByteIO

extension RecodedLayer {
    /// A layer that somebody else has in this form: its bytes cannot be read here.
    package init(absent digest: Digest, size: Int64, compression: LayerCompression) {
        self.init(
            digest: digest, size: size, compression: compression,
            source: ElsewhereBytes(path: digest.description, size: size))
    }
}
