/// Indexes a tar that can be read only once, in order. Small documents are kept in memory. Other members are written to
/// the spool and hashed; without a spool they pass, and an observer may read them.
package enum TarStream {
    private static let documentLimit: Int64 = 20 << 20
    /// Of all documents together: those of two thousand images are far smaller.
    private static let documentsLimit: Int64 = 256 << 20

    package static func index(
        _ reader: any ByteReader, path: String, spool: SpoolDirectory?, isNeedless: (String) -> Bool = { _ in false }
    ) throws(TarError) -> MemberIndex {
        var index = MemberIndex(path: path)
        let disposal: Disposal = spool.map(Disposal.spool) ?? .pass
        try gather(into: &index, reader, path, disposal, isNeedless)
        return index
    }

    /// `observer` gets each member that is no small document. `toleratesDamage`: the members before the damage make an
    /// index, which records the damage.
    package static func index(
        _ reader: any ByteReader, path: String, observer: any StreamObserver,
        isNeedless: (String) -> Bool = { _ in false }, toleratesDamage: Bool = true
    ) throws(TarError) -> MemberIndex {
        var index = MemberIndex(path: path)
        do throws(TarError) {
            try gather(into: &index, reader, path, .observe(observer), isNeedless, notesCutOff: toleratesDamage)
        } catch {
            guard toleratesDamage, index.tolerates(error) else { throw error }
        }
        return index
    }

    /// What happens to members that are not kept in memory.
    private enum Disposal {
        case spool(SpoolDirectory)
        case observe(any StreamObserver)
        case pass
    }

    private static func gather(
        into index: inout MemberIndex, _ reader: any ByteReader, _ path: String, _ disposal: Disposal,
        _ isNeedless: (String) -> Bool, notesCutOff: Bool = false
    ) throws(TarError) {
        var walker = TarWalker(TarStreamInput(reader, path: path))
        var kept: Int64 = 0
        while let member = try walker.next() {
            if isNeedless(member.name) { continue }
            let row = try TarArchive.row(member) { () throws(TarError) in
                do throws(IOFailure) { return try take(member, walker.input, kept: &kept, disposal) } catch {
                    guard error.cause == .truncated else { throw .failed(error) }
                    throw .truncated(path: path, member: member.name)
                }
            }
            if let row { try index.add(member.name, row) }
        }
        try mapping(TarError.failed) { () throws(IOFailure) in try walker.input.drain() }
        if notesCutOff, walker.isCutOff { throw .cutOff(path: path) }
    }

    /// `kept` counts the bytes of documents in memory.
    private static func take(
        _ member: TarMember, _ input: TarStreamInput, kept: inout Int64, _ disposal: Disposal
    ) throws(IOFailure) -> any ByteSource {
        var start: [UInt8] = []
        let wanted = Int(min(member.size, 1024))
        while start.count < wanted {
            let piece = try input.next(Int64(wanted - start.count))
            if piece.isEmpty { throw IOFailure(.read, input.path, .truncated) }
            start.append(contentsOf: piece)
        }
        let isDocument = member.size <= 1024 || (JSONSniff.mayBegin(start) && member.size <= documentLimit)
        if isDocument, kept < documentsLimit {
            try rest(of: member, after: start.count, input) { start.append(contentsOf: $0) }
            kept += member.size
            return MemoryBytes(start, path: input.path)
        }
        switch disposal {
        case .pass: return try pass(member, start: start, input)
        case .spool(let spool):
            return try spool.add(from: input.path) { (write) throws(IOFailure) in
                try write(start[...])
                try rest(of: member, after: start.count, input, write)
            }
        case .observe(let observer):
            let rest = MemberReader(input, left: member.size - Int64(start.count))
            let source = try observer.pass(
                PrefixedReader(start, then: rest), path: input.path, name: member.name, size: member.size)
            try rest.drain()
            return source
        }
    }

    /// Only compressed members are hashed: the digest of a plain layer is in the image's config.
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

/// Reads the members of a stream while they pass.
package protocol StreamObserver: Sendable {
    /// Reads any part of the member, and returns the source that represents the member from then on.
    func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource
}

/// Reads the current member of a stream. A stream that ends before its member is an error.
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

    /// Reads the rest.
    func drain() throws(IOFailure) {
        while left > 0 {
            let piece = try input.next(left)
            guard !piece.isEmpty else { throw IOFailure(.read, input.path, .truncated) }
            left -= Int64(piece.count)
        }
    }
}
