internal import ByteIO
internal import ImageModel

/// Opens the files of a source: a directory, a plain tar by its headers, and everything else in one pass.
struct SourceOpening {
    private let policy: OpeningPolicy

    init(_ policy: OpeningPolicy) { self.policy = policy }

    func files(_ place: SourceReference.Place) throws(SourceError) -> any ImageFiles {
        switch place {
        case .path(let path):
            switch try Self.io({ () throws(IOFailure) in try FileSystem.presentKind(of: path) }) {
            case .directory:
                return DirectoryFiles(root: try Self.io { () throws(IOFailure) in try DirectoryRoot(path: path) })
            case .other: return try stream(Self.io { () throws(IOFailure) in try StreamReader(path: path) }, path)
            default: return try archive(Self.io { () throws(IOFailure) in try Self.file(path) })
            }
        case .standardInput:
            if let file = try Self.io({ () throws(IOFailure) in try OpenFile.standardInput() }) {
                return try archive(file)
            }
            guard !StreamReader.isStandardInputTerminal else { throw .standardInputIsTerminal }
            return try stream(StreamReader.standardInput(), "-")
        // Content in a registry has digests and no names.
        case .registry(let image): return NoFiles(path: image.description)
        }
    }

    /// All volumes if the path is that of the first.
    private static func file(_ path: String) throws(IOFailure) -> OpenFile {
        if let volumes = try Volumes(first: path) { return try OpenFile(volumes) }
        let file = try OpenFile(path: path)
        if let first = Volumes.first(of: path) {
            let head = try file.bytes(at: 0, count: headSize)
            let isWhole = Compression(magic: head) != nil || TarArchive.startsLikeTar(head) && head.contains { $0 != 0 }
            guard isWhole else {
                throw IOFailure(.open, path, .laterVolume(first: first))
            }
        }
        return file
    }

    private func archive(_ file: OpenFile) throws(SourceError) -> any ImageFiles {
        let archive = try Self.io { () throws(IOFailure) in try ArchiveInput(file) }
        guard archive.compression == nil else { return try indexed(archive.reader(), file.path, archive) }
        let index = try Self.tar { () throws(TarError) in
            try TarArchive.index(file, isNeedless: isNeedless, toleratesDamage: policy.isSurvey)
        }
        return TarFiles(path: file.path, index: index, archive: archive)
    }

    private func stream(_ reader: StreamReader, _ path: String) throws(SourceError) -> any ImageFiles {
        var start = [UInt8](repeating: 0, count: Self.headSize)
        var reader: any ByteReader = reader
        let got = try Self.io { () throws(IOFailure) in try reader.fill(&start, count: Self.headSize) }
        let whole = PrefixedReader(Array(start[..<got]), then: reader)
        guard let compression = Compression(magic: start[..<got]) else { return try indexed(whole, path) }
        let handed = ReaderTransfer(whole)
        return try indexed(
            compression.reader(over: { () throws(IOFailure) in handed.take() }, path: path), path)
    }

    private func indexed(
        _ reader: any ByteReader, _ path: String, _ archive: ArchiveInput? = nil
    ) throws(SourceError) -> any ImageFiles {
        let index = try Self.tar { () throws(TarError) in
            switch policy.streams {
            case .spool(let spool): try TarStream.index(reader, path: path, spool: spool, isNeedless: isNeedless)
            case .discard: try TarStream.index(reader, path: path, spool: nil, isNeedless: isNeedless)
            case .observe(let observer):
                try TarStream.index(
                    reader, path: path, observer: observer, isNeedless: isNeedless, toleratesDamage: policy.isSurvey)
            }
        }
        return TarFiles(path: path, index: index, archive: archive)
    }

    private static let headSize = 512

    private func isNeedless(_ name: String) -> Bool { !policy.isForRevision && Self.isLegacy(name) }

    /// Whether docker wrote the file beside a layer for engines before 1.10.
    static func isLegacy(_ name: String) -> Bool { name.hasSuffix("/VERSION") || name.hasSuffix("/json") }

    private static func io<R>(_ body: () throws(IOFailure) -> R) throws(SourceError) -> R {
        do throws(IOFailure) { return try body() } catch { throw .io(error) }
    }

    private static func tar<R>(_ body: () throws(TarError) -> R) throws(SourceError) -> R {
        do throws(TarError) { return try body() } catch { throw .tar(error) }
    }
}
