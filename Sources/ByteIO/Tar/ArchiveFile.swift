/// Writes an archive file, compressed as a whole if asked. The same bytes give the same file: it holds no time and no
/// name, and does not depend on the sizes of writes or the number of threads.
package final class ArchiveFile: ByteWriter {
    package let path: String
    private let output: Output
    private let compressor: Compressor?
    private var isEmpty = true

    /// `nil` if the file is not split.
    package let volumes: VolumeFiles?

    package convenience init(creating path: String, _ compression: Compression?) throws(IOFailure) {
        try self.init(Output(try StagedFile(creating: path), path: path), compression)
    }

    /// A file in volumes.
    package convenience init(_ volumes: VolumeFiles, _ compression: Compression?) throws(IOFailure) {
        try self.init(Output(volumes), compression)
    }

    private init(_ output: Output, _ compression: Compression?) throws(IOFailure) {
        let path = output.path
        self.path = path
        volumes = output.volumes
        self.output = output
        compressor = try compression.map { (compression) throws(IOFailure) in
            try Self.compressor(compression, path: path) { (bytes) throws(IOFailure) in try output.write(bytes) }
        }
    }

    /// More threads would wait for the one that reads.
    private static let threadLimit = 16

    private static func compressor(
        _ compression: Compression, path: String, _ write: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) throws(IOFailure) -> Compressor {
        let threads = min(Threads.coreCount, threadLimit) - 1
        let recipe: Recipe
        switch compression {
        case .gzip: recipe = .gzip(level: Recipe.defaultGzipLevel)
        case .zstd: recipe = .zstd(level: Recipe.defaultZstdLevel)
        case .bzip2, .xz, .lz4: return .filter(try FilterCompressor(compression, path: path, write))
        }
        return .blocks(StreamCompressor(BlockPool(recipe), path: path, threads: threads, write))
    }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        if !bytes.isEmpty { isEmpty = false }
        if let compressor { try compressor.write(bytes) } else { try output.write(bytes) }
    }

    /// Throws if nothing was written: an empty file is no archive.
    package func finish(sync: Bool) throws(IOFailure) {
        if let compressor {
            guard !isEmpty else { throw IOFailure(.write, output.path, .notCompressed) }
            try compressor.finish()
        }
        try output.finish(sync: sync)
    }

    /// Block by block for the two frequent formats, libarchive for the others.
    private enum Compressor {
        case blocks(StreamCompressor)
        case filter(FilterCompressor)

        func write(_ bytes: Span<UInt8>) throws(IOFailure) {
            switch self {
            case .blocks(let compressor): try compressor.write(bytes)
            case .filter(let compressor): try compressor.write(bytes)
            }
        }

        func finish() throws(IOFailure) {
            switch self {
            case .blocks(let compressor): try compressor.finish()
            case .filter(let compressor): try compressor.finish()
            }
        }
    }

    private final class Output {
        private var file: StagedFile?
        let volumes: VolumeFiles?
        let path: String

        init(_ file: consuming StagedFile, path: String) {
            self.file = consume file
            self.path = path
            volumes = nil
        }

        init(_ volumes: VolumeFiles) {
            file = nil
            path = volumes.path
            self.volumes = volumes
        }

        func write(_ bytes: Span<UInt8>) throws(IOFailure) {
            if let volumes { try volumes.write(bytes) } else { try file?.write(bytes) }
        }

        func finish(sync: Bool) throws(IOFailure) {
            try volumes?.finish()
            try file.take()?.finish(sync: sync)
        }
    }
}

/// An archive file that can be read repeatedly: plain, or compressed as a whole.
package struct ArchiveInput: Sendable {
    package let file: OpenFile
    package let compression: Compression?

    package init(_ file: OpenFile) throws(IOFailure) {
        self.file = file
        compression = Compression(magic: try file.bytes(at: 0, count: 16))
    }

    /// The tar from its start.
    package func reader() -> any ByteReader {
        let file = file
        guard let compression else { return FileReader(file) }
        return compression.reader(over: { () throws(IOFailure) in FileReader(file) }, path: file.path)
    }

    package func revision(_ edits: [TarEdit], _ claims: [TarClaim]) throws(TarEditError) -> TarRevision {
        guard compression != nil else { return try TarRevision(file, edits, claims) }
        return try TarRevision(reader(), path: file.path, edits, claims)
    }

    /// The tar with its changes made, read and verified on a thread of its own.
    package func reader(revising revision: TarRevision) -> any ByteReader {
        ReadAheadReader(path: file.path) { () throws(IOFailure) in
            RevisingReader(reader(), path: file.path, revision)
        }
    }
}
