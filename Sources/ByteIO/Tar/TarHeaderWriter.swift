/// The header of a new member of a tar. It says what the member is and nothing of who made it, where and when: the same
/// members give the same bytes everywhere.
package enum TarHead {
    package enum Kind: Sendable, Equatable {
        case file(size: Int64)
        case directory
        case link(to: String)
    }

    /// Two empty blocks; less than a tape's record, and all that readers ask for.
    package static let endSize: Int64 = 1024

    /// What a member's bytes are filled up to.
    package static func padded(_ size: Int64) -> Int64 { (size + 511) / 512 * 512 }

    /// One block, with a PAX header before it where a name or a size does not fit.
    package static func bytes(_ name: String, _ kind: Kind) -> [UInt8] {
        var records: [UInt8] = []
        let name = Array(name.utf8)
        var size: Int64 = 0
        var target: [UInt8] = []
        switch kind {
        case .file(let count): size = count
        case .directory: break
        case .link(let text): target = Array(text.utf8)
        }
        if name.count > nameLimit { records += PaxText.record("path", name) }
        if target.count > nameLimit { records += PaxText.record("linkpath", target) }
        if size > octalLimit { records += PaxText.record("size", Array(String(size).utf8)) }
        let head = block(name, type(of: kind), mode: mode(of: kind), size: size > octalLimit ? 0 : size, target)
        if records.isEmpty { return head }
        let count = Int64(records.count)
        let extended = block(Array("PaxHeader".utf8), UInt8(ascii: "x"), mode: 0o644, size: count, [])
        return extended + records + [UInt8](repeating: 0, count: Int(padded(count) - count)) + head
    }

    private static let nameLimit = 100
    /// Eleven octal digits.
    private static let octalLimit: Int64 = 1 << 33 - 1

    private static func type(of kind: Kind) -> UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .directory: UInt8(ascii: "5")
        case .link: UInt8(ascii: "2")
        }
    }

    private static func mode(of kind: Kind) -> Int64 {
        switch kind {
        case .file: 0o644
        case .directory: 0o755
        case .link: 0o777
        }
    }

    private static func block(_ name: [UInt8], _ type: UInt8, mode: Int64, size: Int64, _ target: [UInt8]) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHeader.blockSize)
        func put(_ bytes: [UInt8], at offset: Int) {
            block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        put(Array(name.prefix(nameLimit)), at: 0)
        put(TarHeaderEdit.octal(mode, digits: 7), at: 100)
        put(TarHeaderEdit.octal(0, digits: 7), at: 108)
        put(TarHeaderEdit.octal(0, digits: 7), at: 116)
        put(TarHeaderEdit.octal(size, digits: 11), at: 124)
        put(TarHeaderEdit.octal(0, digits: 11), at: 136)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
        block[156] = type
        put(Array(target.prefix(nameLimit)), at: 157)
        put(Array("ustar\u{0}00".utf8), at: 257)
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        put(TarHeaderEdit.octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148)
        return block
    }
}

/// The headers of one member, extended ones included, and how they are written for another name and size. Bytes that
/// say neither stay as they were.
struct TarFrame {
    struct Header {
        let type: UInt8
        var block: [UInt8]
        /// Of an extended header, without its padding.
        var payload: [UInt8] = []

        init(type: UInt8, block: ArraySlice<UInt8>) {
            self.type = type
            self.block = Array(block)
        }
    }

    var start: Int64 = 0
    var headers: [Header] = []
    /// As the archive spells it.
    var name = ""
    /// A global header names or measures all that follows; nothing of one member can be changed then.
    var isNamedGlobally = false

    /// nil where the headers have no room for it.
    func bytes(name newName: String, size: Int64) -> [UInt8]? {
        guard !isNamedGlobally else { return nil }
        var result: [UInt8] = []
        let hasLongName = headers.contains { $0.type == UInt8(ascii: "L") || $0.type == UInt8(ascii: "x") && $0.names }
        for header in headers.dropLast() {
            switch header.type {
            case UInt8(ascii: "L"):
                result += Self.extended(header, payload: Array(newName.utf8) + [0])
            case UInt8(ascii: "x"):
                guard let records = PaxText.replacing(name: newName, size: size, in: header.payload) else { return nil }
                result += Self.extended(header, payload: records)
            case UInt8(ascii: "V"): return nil
            default: result += header.block + Self.padded(header.payload)
            }
        }
        guard var last = headers.last?.block else { return nil }
        if newName != name, !TarHeaderEdit.rename(&last, to: newName, isStandIn: hasLongName) { return nil }
        TarHeaderEdit.resize(&last, to: size)
        return result + last
    }

    private static func extended(_ header: Header, payload: [UInt8]) -> [UInt8] {
        var block = header.block
        TarHeaderEdit.resize(&block, to: Int64(payload.count))
        return block + padded(payload)
    }

    static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: Int(TarWalker<TarFileInput>.padded(Int64(bytes.count))) - bytes.count)
    }
}

extension TarFrame.Header {
    /// A record of this PAX header is the name of the member.
    fileprivate var names: Bool { PaxRecords(payload[...])?.path != nil }
}
