internal import ByteIO
internal import ImageModel

extension WritePlan.Blob {
    /// Copies the bytes and refuses them afterwards unless size and digest are as promised.
    func copy(
        to output: borrowing some ByteWriter & ~Copyable, crew: CopyCrew, buffer: inout [UInt8],
        progress: (Int) -> Void
    ) throws {
        var reader = try source.open()
        let outcome = try crew.copy(
            &reader, expected: size, algorithm: digest.algorithm.hasher, to: output, buffer: &buffer,
            progress: progress)
        try check(size: outcome.count, hash: outcome.digest)
    }

    func check(size found: Int64, hash: [UInt8]) throws(BlobError) {
        guard found == size else {
            throw .size(path: source.path, blob: digest, expected: size, found: found)
        }
        let hashed = Digest(digest.algorithm, raw: hash)
        guard hashed == digest else { throw .digest(path: source.path, expected: digest, found: hashed) }
    }
}
