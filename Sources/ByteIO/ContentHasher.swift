internal import CCrypto

/// SHA-256 and SHA-512 by libcrypto: the only library that uses the processor's SHA instructions everywhere.
@safe package struct ContentHasher: ~Copyable {
    package enum Algorithm: Sendable { case sha256, sha512 }

    private let context: OpaquePointer?

    /// Fetched once: a fetch per blob costs more than hashing a small one.
    nonisolated(unsafe) private static let sha256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    nonisolated(unsafe) private static let sha512 = unsafe EVP_MD_fetch(nil, "SHA512", nil)

    package init(_ algorithm: Algorithm = .sha256) {
        unsafe context = EVP_MD_CTX_new()
        let method = unsafe algorithm == .sha256 ? Self.sha256 : Self.sha512
        unsafe EVP_DigestInit_ex2(context, method, nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// Ends the hash; the hasher is of no use afterwards.
    package mutating func digest() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var written: UInt32 = 0
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &written)
            count = Int(written)
        }
    }

    package static func hash(_ bytes: [UInt8], _ algorithm: Algorithm = .sha256) -> [UInt8] {
        var hasher = ContentHasher(algorithm)
        hasher.update(bytes.span)
        return hasher.digest()
    }
}

extension ContentHasher {
    /// Reads all of `source`.
    package static func hash(_ source: any ByteSource) throws(IOFailure) -> [UInt8] {
        var hasher = ContentHasher()
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
