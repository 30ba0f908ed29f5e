/// A tar on a disk: indexed once by its headers, then read by offset, by any number of threads.
package enum TarArchive {
    /// Members that `isNeedless` names get no row: archives of thousands of images hold more of them than of others.
    /// `toleratesDamage`: what stands before the damage is still an index, which then says what the damage is.
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

    /// A first header with a right checksum, or the zeros of an empty archive.
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

/// The members of a tar one after another, each with as many of its first bytes as somebody asks for. Of a window of a
/// file nothing else is read; a stream is read as far as the member that was asked for last.
package struct TarMembers {
    private var inFile: TarWalker<TarFileInput>?
    private var inStream: TarWalker<TarStreamInput>?

    /// A tar without members is as good as any other here.
    package init(_ window: FileWindow) { inFile = TarWalker(TarFileInput(window), allowsEmpty: true) }

    package init(_ reader: any ByteReader, path: String) {
        inStream = TarWalker(TarStreamInput(reader, path: path), allowsEmpty: true)
    }

    /// nil at the end.
    package mutating func next() throws(TarError) -> TarMember? {
        if inFile != nil { return try inFile?.next() }
        return try inStream?.next()
    }

    /// Bytes of the member that `next` gave last; in a stream each call must begin where the last one ended, or behind.
    package mutating func bytes(of member: TarMember, at offset: Int64, count: Int) throws(TarError) -> [UInt8] {
        let wanted = Int(max(0, min(Int64(count), member.size - offset)))
        do throws(IOFailure) {
            if inFile != nil {
                return Array(try inFile?.input.bytes(at: member.dataOffset + offset, count: wanted) ?? [])
            }
            return Array(try inStream?.input.bytes(at: member.dataOffset + offset, count: wanted) ?? [])
        } catch { throw .failed(error) }
    }

    /// How many bytes of a stream have passed.
    package var position: Int64 { inStream?.input.position ?? 0 }

    /// Lets the rest of a stream pass, however long it is: whoever listens hears every byte.
    package mutating func finish() throws(TarError) {
        do throws(IOFailure) {
            while try inStream?.input.next(Int64.max).isEmpty == false {}
        } catch { throw .failed(error) }
    }
}
