internal import ByteIO
internal import ImageModel

/// From a place to files by name: a directory as it is, a plain tar by its headers, everything else in one pass.
enum SourceOpening {
    /// What is to happen with what can be read only once, and with damage.
    enum Manner {
        /// Big members go to the spool; without one they pass by. Damage is an error.
        case whole(SpoolDirectory?)
        /// Big members are looked at while they pass; damage ends the list of files and nothing else.
        case survey(any MemberLook)
    }

    static func files(
        _ place: SourceReference.Place, _ manner: Manner
    ) throws(SourceError) -> any ImageFiles {
        switch place {
        case .path(let path):
            switch FileSystem.kind(of: path) {
            case .directory:
                return DirectoryFiles(root: try io { () throws(IOFailure) in try DirectoryRoot(path: path) })
            case .other: return try stream(io { () throws(IOFailure) in try StreamReader(path: path) }, path, manner)
            default: return try archive(io { () throws(IOFailure) in try OpenFile(path: path) }, manner)
            }
        case .standardInput:
            if let file = try io({ () throws(IOFailure) in try OpenFile.standardInput() }) {
                return try archive(file, manner)
            }
            guard !StreamReader.isStandardInputTerminal else { throw .standardInputIsTerminal }
            return try stream(StreamReader.standardInput(), "-", manner)
        }
    }

    private static func archive(_ file: OpenFile, _ manner: Manner) throws(SourceError) -> any ImageFiles {
        let head = try io { () throws(IOFailure) in try file.bytes(at: 0, count: headSize) }
        guard let compression = Compression(magic: head) else {
            let isSurvey = if case .survey = manner { true } else { false }
            let index = try tar { () throws(TarError) in
                try TarArchive.index(file, isNeedless: isNeedless, toleratesDamage: isSurvey)
            }
            return TarFiles(path: file.path, index: index)
        }
        let reader = compression.reader(over: { () throws(IOFailure) in FileReader(file) }, path: file.path)
        return try indexed(reader, file.path, manner)
    }

    private static func stream(
        _ reader: StreamReader, _ path: String, _ manner: Manner
    ) throws(SourceError) -> any ImageFiles {
        var start = [UInt8](repeating: 0, count: headSize)
        var reader: any ByteReader = reader
        let got = try io { () throws(IOFailure) in try reader.fill(&start, count: headSize) }
        let whole = PrefixedReader(Array(start[..<got]), then: reader)
        guard let compression = Compression(magic: start[..<got]) else { return try indexed(whole, path, manner) }
        let handed = Handover(whole)
        return try indexed(
            compression.reader(over: { () throws(IOFailure) in handed.take() }, path: path), path, manner)
    }

    private static func indexed(
        _ reader: any ByteReader, _ path: String, _ manner: Manner
    ) throws(SourceError) -> any ImageFiles {
        TarFiles(
            path: path,
            index: try tar { () throws(TarError) in
                switch manner {
                case .whole(let spool):
                    try TarStream.index(reader, path: path, spool: spool, isNeedless: isNeedless)
                case .survey(let look): try TarStream.index(reader, path: path, look: look, isNeedless: isNeedless)
                }
            })
    }

    private static let headSize = 512

    /// What docker wrote beside every layer for readers of ten years ago.
    static func isNeedless(_ name: String) -> Bool { name.hasSuffix("/VERSION") || name.hasSuffix("/json") }

    private static func io<R>(_ body: () throws(IOFailure) -> R) throws(SourceError) -> R {
        do throws(IOFailure) { return try body() } catch { throw .io(error) }
    }

    private static func tar<R>(_ body: () throws(TarError) -> R) throws(SourceError) -> R {
        do throws(TarError) { return try body() } catch { throw .tar(error) }
    }
}
