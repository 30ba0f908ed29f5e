package import ByteIO
internal import ImageModel

/// A layer that was read to its end: its measure, its files, and its first bytes.
struct ReadLayer: PassedSource {
    let path: String
    let start: [UInt8]
    private let measure: BlobMeasure
    private let outcome: Result<LayerFiles, LayerFault>

    var size: Int64 { measure.size }
    var sha256: [UInt8]? { measure.digests[.sha256] }

    private static let startSize = 1024

    /// Throws if the bytes cannot be read. Damage of the layer is a part of the outcome.
    init(
        _ reader: any ByteReader, path: String, size: Int64, _ algorithms: Set<ContentHasher.Algorithm>,
        _ crew: CopyCrew, hashing: Bool, _ budget: FileBudget, progress: @escaping (Int) -> Void
    ) throws(IOFailure) {
        self.path = path
        var reader = reader
        var start = [UInt8](repeating: 0, count: Self.startSize)
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        self.start = start
        var outcome: Result<LayerFiles, LayerFault> = .failure(.tar(.notATar(path: path)))
        // The content is hashed only to be decompressed.
        var wishes = BlobMeasure.Wishes(algorithms, content: [.sha256])
        wishes.look = { content in
            do throws(LayerFault) {
                outcome = .success(try LayerFiles(reading: content, path: path, hashing: hashing, budget))
            } catch { outcome = .failure(error) }
        }
        measure = try crew.measure(
            PrefixedReader(start, then: reader), path: path, size: size, wishes, progress: progress)
        self.outcome = outcome
    }

    /// The files, if the bytes are those of the layer.
    func files(verifiedBy digest: Digest) throws(LayerFault) -> LayerFiles {
        guard let found = measure.digest(digest.algorithm) else { throw .unverified }
        guard found == digest else { throw .wrongContent(found: found) }
        if let failure = measure.failure { throw .undecodable(failure) }
        return try outcome.get()
    }
}

extension ImageContents.Layer {
    /// Reads the layer, or takes the files that were found while it passed.
    func files(
        _ crew: CopyCrew, hashing: Bool, _ budget: FileBudget, progress: @escaping (Int) -> Void
    ) throws(LayerFault) -> LayerFiles {
        guard let source else { throw .absent }
        if let passed = source as? ReadLayer { return try passed.files(verifiedBy: digest) }
        let layer: ReadLayer
        do throws(IOFailure) {
            layer = try ReadLayer(
                source.open(), path: source.path, size: source.size, [digest.algorithm], crew, hashing: hashing, budget,
                progress: progress)
        } catch { throw .unreadable(error) }
        return try layer.files(verifiedBy: digest)
    }
}

/// Lists the files of layers while they pass in a stream. No layer is kept to be read later.
package struct LayerFilesObserver: StreamObserver {
    private let crew = CopyCrew()
    private let hashing: Bool
    private let budget: FileBudget
    private let progress: @Sendable (Int) -> Void

    /// `hashing`: Whether the content of each file is hashed.
    package init(
        hashing: Bool = false, budget: FileBudget = FileBudget(), progress: @escaping @Sendable (Int) -> Void
    ) {
        self.hashing = hashing
        self.budget = budget
        self.progress = progress
    }

    package func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource {
        // A layer in a folder for SHA-512 is named by it.
        let algorithms: Set<ContentHasher.Algorithm> =
            name.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("sha512".utf8) }
            ? [.sha256, .sha512] : [.sha256]
        return try ReadLayer(
            reader, path: path, size: size, algorithms, crew, hashing: hashing, budget, progress: progress)
    }
}
