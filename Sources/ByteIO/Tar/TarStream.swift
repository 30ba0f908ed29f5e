/// A tar that can be read only once, in order. Small JSON documents are kept in memory, everything else goes to the
/// spool while it is hashed; without a spool (somebody only wants to look) it passes by, looked at by whoever wants to.
package enum TarStream {
    private static let documentLimit: Int64 = 20 << 20
    /// All documents together: far above two thousand images, far below what would hurt.
    private static let documentsLimit: Int64 = 256 << 20

    package static func index(
        _ reader: any ByteReader, path: String, spool: SpoolDirectory?, isNeedless: (String) -> Bool = { _ in false }
    ) throws(TarError) -> MemberIndex {
        var index = MemberIndex(path: path)
        let fate: Fate = spool.map(Fate.spool) ?? .pass
        try gather(into: &index, reader, path, fate, isNeedless)
        return index
    }

    /// `look` sees each that is no small document. `toleratesDamage`: the members as far as the stream is whole are an
    /// index, which then says what the damage is.
    package static func index(
        _ reader: any ByteReader, path: String, look: any MemberLook, isNeedless: (String) -> Bool = { _ in false },
        toleratesDamage: Bool = true
    ) throws(TarError) -> MemberIndex {
        var index = MemberIndex(path: path)
        do throws(TarError) {
            try gather(into: &index, reader, path, .look(look), isNeedless, notesCutOff: toleratesDamage)
        } catch {
            guard toleratesDamage, index.tolerates(error) else { throw error }
        }
        return index
    }

    /// What becomes of members that are not kept in memory.
    private enum Fate {
        case spool(SpoolDirectory)
        case look(any MemberLook)
        case pass
    }

    private static func gather(
        into index: inout MemberIndex, _ reader: any ByteReader, _ path: String, _ fate: Fate,
        _ isNeedless: (String) -> Bool, notesCutOff: Bool = false
    ) throws(TarError) {
        var walker = TarWalker(TarStreamInput(reader, path: path))
        var documents: Int64 = 0
        while let member = try walker.next() {
            if isNeedless(member.name) { continue }
            let row = try TarArchive.row(member) { () throws(TarError) in
                do throws(IOFailure) {
                    let source = try take(member, walker.input, keepsDocument: documents < documentsLimit, fate)
                    if source is MemoryBytes { documents += member.size }
                    return source
                } catch {
                    guard error.cause == .truncated else { throw .failed(error) }
                    throw .truncated(path: path, member: member.name)
                }
            }
            if let row { try index.add(member.name, row) }
        }
        do throws(IOFailure) { try walker.input.drain() } catch { throw .failed(error) }
        if notesCutOff, walker.isCutOff { throw .cutOff(path: path) }
    }

    private static func take(
        _ member: TarMember, _ input: TarStreamInput, keepsDocument: Bool, _ fate: Fate
    ) throws(IOFailure) -> any ByteSource {
        var start: [UInt8] = []
        let wanted = Int(min(member.size, 1024))
        while start.count < wanted {
            let piece = try input.next(Int64(wanted - start.count))
            if piece.isEmpty { throw IOFailure(.read, input.path, .truncated) }
            start.append(contentsOf: piece)
        }
        let first = start.first { !" \t\r\n".utf8.contains($0) }
        let looksLikeJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        if keepsDocument, member.size <= 1024 || (looksLikeJSON && member.size <= documentLimit) {
            try rest(of: member, after: start.count, input) { start.append(contentsOf: $0) }
            return MemoryBytes(start, path: input.path)
        }
        switch fate {
        case .pass: return try pass(member, start: start, input)
        case .spool(let spool):
            return try spool.add(from: input.path) { (write) throws(IOFailure) in
                try write(start[...])
                try rest(of: member, after: start.count, input, write)
            }
        case .look(let look):
            let rest = MemberReader(input, left: member.size - Int64(start.count))
            let source = try look.pass(
                PrefixedReader(start, then: rest), path: input.path, name: member.name, size: member.size)
            try rest.drain()
            return source
        }
    }

    /// Only compressed layers need their digest here: that of a plain one is stated by the image's config.
    private static func pass(
        _ member: TarMember, start: [UInt8], _ input: TarStreamInput
    ) throws(IOFailure) -> any ByteSource {
        guard Compression(magic: start) != nil else {
            return PassedBytes(path: input.path, size: member.size, sha256: nil, start: start)
        }
        var hasher = ContentHasher()
        hasher.update(start.span)
        try rest(of: member, after: start.count, input) { hasher.update($0.span) }
        return PassedBytes(path: input.path, size: member.size, sha256: hasher.digest(), start: start)
    }

    private static func rest(
        of member: TarMember, after count: Int, _ input: TarStreamInput,
        _ body: (ArraySlice<UInt8>) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        var left = member.size - Int64(count)
        while left > 0 {
            let piece = try input.next(left)
            if piece.isEmpty { throw IOFailure(.read, input.path, .truncated) }
            try body(piece)
            left -= Int64(piece.count)
        }
    }
}

/// Somebody who wants to see the members of a stream while they pass.
package protocol MemberLook: Sendable {
    /// Reads as much of the member as it likes; what it gives back stands for the member from then on.
    func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource
}

/// The member of a stream that is passing now. A stream that ends before its member does is an error.
final class MemberReader: ByteReader {
    private let input: TarStreamInput
    private var left: Int64

    init(_ input: TarStreamInput, left: Int64) {
        self.input = input
        self.left = left
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        guard left > 0 else { return 0 }
        let piece = try input.next(min(left, Int64(buffer.count)))
        guard !piece.isEmpty || buffer.count == 0 else { throw IOFailure(.read, input.path, .truncated) }
        buffer.copy(from: piece.span)
        left -= Int64(piece.count)
        return piece.count
    }

    /// What was left unread.
    func drain() throws(IOFailure) {
        while left > 0 {
            let piece = try input.next(left)
            guard !piece.isEmpty else { throw IOFailure(.read, input.path, .truncated) }
            left -= Int64(piece.count)
        }
    }
}
