/// Changes an input so that it stays valid where a change at random would always be refused.
package enum Mutation: Sendable {
    /// At random.
    case bytes
    /// The sizes and checksums of the headers of a tar are made right again. The first `prefix` bytes are no part of it.
    case tar(prefix: Int)
    /// So are the digests and sizes of members in all documents and names.
    case image

    /// Changes bytes at random; the result has at most the given number of bytes.
    package typealias Change = ([UInt8], Int) -> [UInt8]

    package func changed(_ input: [UInt8], limit: Int, seed: UInt32, _ change: Change) -> [UInt8] {
        // Some inputs stay wrong, so that refusals are reached too.
        if seed % 8 == 0 { return change(input, limit) }
        switch self {
        case .bytes: return change(input, limit)
        case .tar(let prefix):
            var archive = TarPieces(Array(input.dropFirst(prefix)))
            TarMutation(seed: seed / 8).apply(to: &archive, limit: limit, change)
            return Array((change(Array(input.prefix(prefix)), prefix) + archive.bytes).prefix(limit))
        case .image:
            var archive = TarPieces(input)
            let original = archive.pieces.map(\.content)
            TarMutation(seed: seed / 8, keepsOrder: true).apply(to: &archive, limit: limit, change)
            DigestRepair.apply(to: &archive, original: original)
            return Array(archive.bytes.prefix(limit))
        }
    }
}

/// One change of an archive.
struct TarMutation {
    let seed: UInt32
    /// Whether members keep their places, except for new ones at the end.
    var keepsOrder = false

    func apply(to archive: inout TarPieces, limit: Int, _ change: Mutation.Change) {
        guard !archive.pieces.isEmpty else {
            archive.rest = change(archive.rest, limit)
            return
        }
        let number = Int(seed / 16) % archive.pieces.count
        let piece = archive.pieces[number]
        let room = max(piece.content.count, min(limit - archive.bytes.count, 4096))
        switch seed % 16 {
        case 0: archive.pieces[number].header = Self.header(piece.header, change)
        case 1: archive.pieces.append(piece)
        case 2 where !keepsOrder: archive.pieces.remove(at: number)
        case 3 where !keepsOrder: archive.pieces.swapAt(number, Int(seed / 256) % archive.pieces.count)
        case 4: archive.rest = change(archive.rest, 2048)
        case 5, 6, 7: archive.pieces[number].content = inner(piece.content, room, change)
        default: archive.pieces[number].content = change(piece.content, room)
        }
    }

    /// A field of the header changes, and the others stay.
    private static func header(_ header: [UInt8], _ change: Mutation.Change) -> [UInt8] {
        var header = header
        for field in [0..<100, 100..<124, 156..<157, 157..<257, 345..<500] {
            let changed = change(Array(header[field]), field.count)
            for (place, byte) in zip(field, changed) { header[place] = byte }
        }
        return header
    }

    /// A content that may itself be an archive.
    private func inner(_ content: [UInt8], _ room: Int, _ change: Mutation.Change) -> [UInt8] {
        var inner = TarPieces(content)
        guard !inner.pieces.isEmpty, content.count > 1024 else { return change(content, room) }
        TarMutation(seed: seed / 512).apply(to: &inner, limit: room, change)
        return inner.bytes
    }
}
