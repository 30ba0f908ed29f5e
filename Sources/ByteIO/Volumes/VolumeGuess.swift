/// Whether files that are numbered like volumes are some, where no list says so: a name alone decides nothing.
enum VolumeGuess {
    /// The first is an archive by itself, and the others are of no concern to it.
    ///
    /// A tar is known by its end mark, wherever a cut may lie. What is compressed would have to be read to its end for
    /// that; there it is enough that a later one begins as an archive, which the rest of a stream does not.
    static func isWhole(_ first: String, later: [String]) throws(IOFailure) -> Bool {
        let file = try OpenFile(path: first)
        let head = try file.bytes(at: 0, count: TarHeader.blockSize)
        if Compression(magic: head) == nil { return TarArchive.startsLikeTar(head) ? try hasEndMark(file) : false }
        for path in later where FileSystem.kind(of: path) == .file {
            let head = try OpenFile(path: path).bytes(at: 0, count: TarHeader.blockSize)
            if Compression(magic: head) != nil || TarArchive.startsLikeTar(head) && head.contains(where: { $0 != 0 }) {
                return true
            }
        }
        return false
    }

    /// Behind the last member stands the block of zeros that ends an archive.
    private static func hasEndMark(_ file: OpenFile) throws(IOFailure) -> Bool {
        var walker = TarWalker(TarFileInput(file))
        var end: Int64 = 0
        do throws(TarError) {
            while let member = try walker.next() {
                let block = Int64(TarHeader.blockSize)
                end = (member.dataOffset + member.size + block - 1) / block * block
            }
        } catch {
            if case .failed(let failure) = error { throw failure }
            return false
        }
        let mark = try file.bytes(at: end, count: TarHeader.blockSize)
        return mark.count == TarHeader.blockSize && TarHeader.isZero(mark[...])
    }
}
