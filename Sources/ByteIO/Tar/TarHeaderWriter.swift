/// Writes the header of a new member of a tar: its name, kind and size, and no owner, host or time. The same members give
/// the same bytes everywhere.
package enum TarHeaderWriter {
    package enum Kind: Sendable, Equatable {
        case file(size: Int64)
        case directory
        case link(to: String)
    }

    /// The size of the two empty blocks that end an archive.
    package static let endSize: Int64 = 1024

    /// The size of a member's bytes with their padding.
    package static func padded(_ size: Int64) -> Int64 { TarHeader.padded(size) }

    /// One block, with a PAX header before it if a name or a size does not fit.
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
        if name.count > nameLimit { records += PaxRecord.bytes("path", name) }
        if target.count > nameLimit { records += PaxRecord.bytes("linkpath", target) }
        if size > octalLimit { records += PaxRecord.bytes("size", Array(String(size).utf8)) }
        let head = block(name, type(of: kind), mode: mode(of: kind), size: size > octalLimit ? 0 : size, target)
        if records.isEmpty { return head }
        let count = Int64(records.count)
        let extended = block(Array("PaxHeader".utf8), UInt8(ascii: "x"), mode: 0o644, size: count, [])
        return extended + TarHeader.padded(records) + head
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

/// The headers of one member, extended ones included, to be written again with another name and size. All other bytes
/// stay as they are.
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
    /// The name as the archive spells it.
    var name = ""
    /// Whether a global header gives a name or size to all members that follow; then no member can be changed.
    var isNamedGlobally = false

    /// `nil` if the headers have no room for the name or the size.
    func bytes(name newName: String, size: Int64) -> [UInt8]? {
        guard !isNamedGlobally else { return nil }
        var result: [UInt8] = []
        let hasLongName = headers.contains { $0.type == UInt8(ascii: "L") || $0.type == UInt8(ascii: "x") && $0.names }
        for header in headers.dropLast() {
            switch header.type {
            case UInt8(ascii: "L"):
                result += Self.extended(header, payload: Array(newName.utf8) + [0])
            case UInt8(ascii: "x"):
                guard let records = PaxRecord.replacing(name: newName, size: size, in: header.payload) else {
                    return nil
                }
                result += Self.extended(header, payload: records)
            case UInt8(ascii: "V"): return nil
            default: result += header.block + TarHeader.padded(header.payload)
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
        return block + TarHeader.padded(payload)
    }
}

extension TarFrame.Header {
    /// Whether a record of this PAX header is the name of the member.
    fileprivate var names: Bool { PaxRecords(payload[...])?.path != nil }
}
