internal import CCrypto

/// The hash functions of content digests. The raw value is the name that a digest begins with.
package enum HashAlgorithm: String, Sendable, CaseIterable {
    case sha256, sha512

    /// The length of a hash value in bytes.
    package var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha512: 64
        }
    }
}

/// SHA-256 and SHA-512 by libcrypto: the only library that uses the processor's SHA instructions everywhere.
@safe package struct ContentHasher: ~Copyable {
    package typealias Algorithm = HashAlgorithm

    private let algorithm: Algorithm
    private var sha256 = SHA256_CTX()
    private var sha512 = SHA512_CTX()

    package init(_ algorithm: Algorithm = .sha256) {
        self.algorithm = algorithm
        switch algorithm {
        case .sha256: unsafe SHA256_Init(&sha256)
        case .sha512: unsafe SHA512_Init(&sha512)
        }
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        switch algorithm {
        case .sha256: unsafe bytes.withUnsafeBytes { unsafe _ = SHA256_Update(&sha256, $0.baseAddress, $0.count) }
        case .sha512: unsafe bytes.withUnsafeBytes { unsafe _ = SHA512_Update(&sha512, $0.baseAddress, $0.count) }
        }
    }

    package consuming func digest() -> [UInt8] {
        switch algorithm {
        case .sha256:
            var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
            unsafe SHA256_Final(&digest, &sha256)
            return digest
        case .sha512:
            var digest = [UInt8](repeating: 0, count: Int(SHA512_DIGEST_LENGTH))
            unsafe SHA512_Final(&digest, &sha512)
            return digest
        }
    }

    package static func hash(_ bytes: [UInt8], _ algorithm: Algorithm = .sha256) -> [UInt8] {
        var hasher = ContentHasher(algorithm)
        hasher.update(bytes.span)
        return hasher.digest()
    }

    /// Reads all of `source`.
    package static func hash(
        _ source: any ByteSource, _ algorithm: Algorithm = .sha256
    ) throws(IOFailure) -> [UInt8] {
        var hasher = ContentHasher(algorithm)
        var reader = try source.open()
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            let got = try reader.fill(&buffer, count: buffer.count)
            if got == 0 { return hasher.digest() }
            hasher.update(buffer.span.extracting(0..<got))
            try Interruption.check(.read, source.path)
        }
    }
}

/// Hashes the same bytes by several algorithms.
struct ContentHashers: ~Copyable {
    private var sha256: ContentHasher?
    private var sha512: ContentHasher?

    init(_ algorithms: Set<ContentHasher.Algorithm>) {
        sha256 = algorithms.contains(.sha256) ? ContentHasher(.sha256) : nil
        sha512 = algorithms.contains(.sha512) ? ContentHasher(.sha512) : nil
    }

    mutating func update(_ bytes: Span<UInt8>) {
        sha256?.update(bytes)
        sha512?.update(bytes)
    }

    /// The digests of the algorithms that were asked for. Empty on a second call.
    mutating func finish() -> BlobMeasure.Digests {
        var digests = BlobMeasure.Digests()
        if let digest = sha256.take()?.digest() { digests[.sha256] = digest }
        if let digest = sha512.take()?.digest() { digests[.sha512] = digest }
        return digests
    }
}
