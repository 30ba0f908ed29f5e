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
        content: Set<ContentHasher.Algorithm>, _ crew: CopyCrew, keeping detail: FileDetail, _ budget: FileBudget,
        progress: @escaping (Int) -> Void
    ) throws(IOFailure) {
        self.path = path
        var reader = reader
        var start = [UInt8](repeating: 0, count: Self.startSize)
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        self.start = start
        var outcome: Result<LayerFiles, LayerFault> = .failure(.tar(.notATar(path: path)))
        // Without an algorithm, nothing is decompressed.
        var wishes = BlobMeasure.Wishes(algorithms, content: content.isEmpty ? [.sha256] : content)
        wishes.look = { content in
            do throws(LayerFault) {
                outcome = .success(try LayerFiles(reading: content, path: path, keeping: detail, budget: budget))
            } catch { outcome = .failure(error) }
        }
        measure = try crew.measure(
            PrefixedReader(start, then: reader), path: path, size: size, wishes, progress: progress)
        self.outcome = outcome
    }

    /// The files, if the bytes and their content are those of the layer.
    func files(of layer: ImageContents.Layer) throws(LayerFault) -> LayerFiles {
        guard let found = measure.digest(layer.digest.algorithm) else { throw .unverified }
        guard found == layer.digest else { throw .wrongContent(found: found) }
        if let failure = measure.failure { throw .undecodable(failure) }
        if let diffID = layer.diffID {
            guard let content = measure.content(diffID.algorithm) else { throw .unverified }
            guard content == diffID else { throw .wrongDiffID(expected: diffID, found: content) }
        }
        return try outcome.get()
    }
}

extension ImageContents.Layer {
    /// Reads the layer, or takes it if it was read while it passed. `content`: the algorithms of diffIDs.
    func read(
        _ crew: CopyCrew, content: Set<ContentHasher.Algorithm>, keeping detail: FileDetail, _ budget: FileBudget,
        progress: @escaping (Int) -> Void
    ) throws(LayerFault) -> ReadLayer {
        guard let source else { throw .absent }
        if let passed = source as? ReadLayer { return passed }
        do throws(IOFailure) {
            return try ReadLayer(
                source.open(), path: source.path, size: source.size, [digest.algorithm], content: content, crew,
                keeping: detail, budget, progress: progress)
        } catch { throw .unreadable(error) }
    }
}

extension ImageContents.Layer {
    /// Lists the files of the layer without their contents. All bytes are read and verified.
    package func listFiles(
        budget: FileBudget, progress: @escaping (Int) -> Void
    ) throws(LayerFailure) -> LayerFiles {
        do throws(LayerFault) {
            return try CopyCrew.assisted(by: 1) { (crew) throws(LayerFault) in
                let content: Set<ContentHasher.Algorithm> = diffID.map { [$0.algorithm] } ?? []
                let read = try read(crew, content: content, keeping: .nothing, budget, progress: progress)
                return try read.files(of: self)
            }
        } catch { throw LayerFailure(layer: digest, fault: error) }
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
        let algorithms = ContentHasher.Algorithm.needed(forMember: name)
        return try ReadLayer(
            reader, path: path, size: size, algorithms, content: algorithms, crew,
            keeping: hashing ? .hashes : .nothing,
            budget, progress: progress)
    }
}
