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
