package import ByteIO

/// Blobs that a destination keeps.
package protocol BlobLookup: Sendable {
    /// `nil` if the destination does not have the blob. Names prove nothing: the bytes are not yet verified.
    func blob(_ digest: Digest) throws(IOFailure) -> (any ByteSource)?
}

/// The bytes of a blob are not those that its descriptor promises.
package enum BlobError: Error, Equatable, Sendable {
    case size(path: String, blob: Digest, expected: Int64, found: Int64)
    case digest(path: String, expected: Digest, found: Digest)
    /// The content of a layer is not the one that a config states.
    case content(path: String, layer: Digest, expected: Digest, found: Digest)
    /// The bytes are the promised ones, but they cannot be decompressed.
    case notDecompressed(path: String, layer: Digest, LayerCompression)
}
