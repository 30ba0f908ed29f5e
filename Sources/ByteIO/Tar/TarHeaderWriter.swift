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
        let name = Array(name.utf8)
        let header =
            switch kind {
            case .file(let size): TarMemberHeader(name, .file(size: size), mode: 0o644)
            case .directory: TarMemberHeader(name, .directory, mode: 0o755)
            case .link(let target): TarMemberHeader(name, .symbolicLink(to: Array(target.utf8)), mode: 0o777)
            }
        return header.bytes
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
