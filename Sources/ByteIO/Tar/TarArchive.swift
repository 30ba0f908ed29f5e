/// Indexes a tar on a disk by its headers. Members are then read by offset, by any number of threads.
package enum TarArchive {
    /// Members for which `isNeedless` returns `true` get no row: archives of thousands of images have more of them than of
    /// others. `toleratesDamage`: the members before the damage make an index, which records the damage.
    package static func index(
        _ file: OpenFile, isNeedless: (String) -> Bool = { _ in false }, toleratesDamage: Bool = false
    ) throws(TarError) -> MemberIndex {
        var walker = TarWalker(TarFileInput(file))
        var index = MemberIndex(path: file.path)
        do throws(TarError) {
            while let member = try walker.next() {
                if isNeedless(member.name) { continue }
                let row = row(member) { FileWindow(file, offset: member.dataOffset, size: member.size) }
                if let row { try index.add(member.name, row) }
            }
            if toleratesDamage, walker.isCutOff { throw .cutOff(path: file.path) }
        } catch {
            guard toleratesDamage, index.tolerates(error) else { throw error }
        }
        return index
    }

    /// Whether the bytes begin with a header that has a valid checksum, or with the zeros of an empty archive.
    package static func startsLikeTar(_ head: [UInt8]) -> Bool {
        guard head.count >= TarHeader.blockSize else { return false }
        let block = head[..<TarHeader.blockSize]
        return TarHeader.isZero(block) || TarHeader(block) != nil
    }

    static func row<Failure: Error>(
        _ member: TarMember, file: () throws(Failure) -> any ByteSource
    ) throws(Failure) -> MemberIndex.Row? {
        switch member.kind {
        case .file: .file(try file())
        case .directory: nil
        case .hardLink(let target): .hardLink(target)
        case .symbolicLink(let target): .symbolicLink(target)
        case .sparse: .sparse
        case .other: .other
        }
    }
}

/// Reads the members of a tar one after another, and the first bytes of each on request. Nothing else is read of a file;
/// a stream is read as far as the last member that was requested.
package struct TarMembers {
    private var inFile: TarWalker<TarFileInput>?
    private var inStream: TarWalker<TarStreamInput>?

    /// The number of bytes that are read of a file at once.
    package static let startSize = TarFileInput.windowSize

    /// A tar without members is valid here. `start` are the first bytes of the window if the caller has read them already.
    /// `describesFiles`: Whether `file` is wanted of each member.
    package init(
        _ window: FileWindow, start: [UInt8] = [], describesFiles: Bool = false, isWhole: Bool = false
    ) {
        var walker = TarWalker(TarFileInput(window, start: start), allowsEmpty: true, isWhole: isWhole)
        walker.describesFiles = describesFiles
        inFile = walker
    }

    /// `describesFiles`: Whether `file` is wanted of each member. `isWhole`: Whether bytes without an end mark, and
    /// another archive behind it, are errors.
    package init(
        _ reader: any ByteReader, path: String, describesFiles: Bool = false, isWhole: Bool = false
    ) {
        var walker = TarWalker(TarStreamInput(reader, path: path), allowsEmpty: true, isWhole: isWhole)
        walker.describesFiles = describesFiles
        inStream = walker
    }

    /// The file that the last member describes; `nil` if files are not described.
    package var file: FileMember? { inStream?.file ?? inFile?.file }

    /// `nil` at the end.
    package mutating func next() throws(TarError) -> TarMember? {
        if inFile != nil { return try inFile?.next() }
        return try inStream?.next()
    }

    /// Bytes of the member that `next` returned last. In a stream each call must begin at or behind the end of the one
    /// before.
    package mutating func bytes(of member: TarMember, at offset: Int64, count: Int) throws(TarError) -> [UInt8] {
        let wanted = Int(max(0, min(Int64(count), member.size - offset)))
        return try mapping(TarError.failed) { () throws(IOFailure) in
            let start = member.dataOffset + offset
            if inFile != nil { return Array(try inFile?.input.bytes(at: start, count: wanted) ?? []) }
            return Array(try inStream?.input.bytes(at: start, count: wanted) ?? [])
        }
    }

    /// Passes all bytes of the member that `next` returned last. Of a stream only, and once for each member.
    package mutating func content<Failure: Error>(
        of member: TarMember, _ failure: (TarError) -> Failure, _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let input = inStream?.input else { return }
        var left = member.size
        while left > 0 {
            let piece: ArraySlice<UInt8>
            do throws(IOFailure) { piece = try input.next(left) } catch { throw failure(.failed(error)) }
            guard !piece.isEmpty else { throw failure(.truncated(path: input.path, member: member.name)) }
            try body(piece.span)
            left -= Int64(piece.count)
        }
    }

    /// The number of bytes of a stream that have passed.
    package var position: Int64 { inStream?.input.position ?? 0 }

    /// Reads the rest of a stream, however long it is, so that a reader below hashes every byte.
    package mutating func finish() throws(TarError) {
        try mapping(TarError.failed) { () throws(IOFailure) in
            while try inStream?.input.next(Int64.max).isEmpty == false {}
        }
    }
}
