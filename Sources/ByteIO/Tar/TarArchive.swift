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
