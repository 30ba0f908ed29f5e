internal import ByteIO
internal import ImageModel

/// How content gets into a staging directory, whatever it is called there: verified as it passes, and under its name only
/// when it is whole.
struct StagedBlobs: Sendable {
    let syncs: Bool

    func put(
        _ blob: WritePlan.Blob, at path: String, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws {
        let traits = blob.source.traits
        if let spooled = traits.adoptableFile, let hash = traits.knownSHA256, blob.digest.algorithm == .sha256 {
            try adopt(spooled, hash, as: blob, at: path)
            progress(Int(blob.size))
            return
        }
        let file = try StagedFile(creating: path)
        try blob.copy(to: file, crew: crew, buffer: &buffer, progress: progress)
        try file.finish(sync: syncs)
    }

    func put(_ document: Document, at path: String) throws {
        try StagedFile.write(document.bytes, to: path, sync: syncs)
    }

    /// The digest was computed while the stream passed, so the file is only renamed.
    private func adopt(_ spooled: String, _ hash: [UInt8], as blob: WritePlan.Blob, at path: String) throws {
        try blob.check(size: blob.source.size, hash: hash)
        if syncs { try FileSystem.syncFile(spooled) }
        try FileSystem.move(spooled, to: path)
    }
}

extension WritePlan.Blob {
    /// Copies the bytes and refuses them afterwards unless size and digest are as promised.
    func copy(
        to output: borrowing some ByteWriter & ~Copyable, crew: CopyCrew, buffer: inout [UInt8],
        progress: (Int) -> Void
    ) throws {
        var reader = try source.open()
        let outcome = try crew.copy(
            &reader, expected: size, algorithm: digest.algorithm, to: output, buffer: &buffer,
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
