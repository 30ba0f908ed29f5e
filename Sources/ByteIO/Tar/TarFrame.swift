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
