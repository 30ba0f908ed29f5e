package import ByteIO

/// A small JSON document of an image: its exact bytes, and what those bytes are called. Made from bytes and never from
/// a structure, so unknown members survive everything.
package struct Document: Sendable {
    package let bytes: [UInt8]
    package let mediaType: MediaType
    package let digest: Digest

    package init(_ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.digest = Digest(of: bytes, algorithm: algorithm)
    }

    package var descriptor: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count)) }
}

extension Digest {
    package init(of bytes: [UInt8], algorithm: Algorithm = .sha256) {
        self.init(algorithm, raw: ContentHasher.hash(bytes, algorithm.hasher))
    }
}

extension Digest.Algorithm {
    package var hasher: ContentHasher.Algorithm {
        switch self {
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }
}
