/// Single fields of a header block, with the checksum that follows from them.
enum TarHeaderEdit {
    /// Nothing changes where the size is the same, in whatever way it is written.
    static func resize(_ block: inout [UInt8], to size: Int64) {
        guard TarHeader(block[...])?.size != size else { return }
        let end = block[135] == UInt8(ascii: " ") ? UInt8(ascii: " ") : 0
        block.replaceSubrange(124..<136, with: octal(size, digits: 11) + [end])
        sum(&block)
    }

    /// `isStandIn`: an extended header has the name, and here stands what fits of it. false: there is no room.
    static func rename(_ block: inout [UInt8], to name: String, isStandIn: Bool) -> Bool {
        let bytes = Array(name.utf8)
        let isUstar = block[257..<263].elementsEqual(Array("ustar\0".utf8))
        let prefix = isUstar ? Array(block[345..<500].prefix { $0 != 0 }) : []
        if isStandIn {
            if prefix.isEmpty { put(Array(bytes.prefix(100)), 0..<100, &block) }
        } else if prefix.isEmpty, bytes.count <= 100 {
            put(bytes, 0..<100, &block)
        } else if let split = split(bytes, after: prefix, isUstar: isUstar) {
            put(Array(bytes[..<split]), 345..<500, &block)
            put(Array(bytes[(split + 1)...]), 0..<100, &block)
        } else {
            return false
        }
        sum(&block)
        return true
    }

    /// The slash at which a long name is divided: where it was before, else where both halves fit.
    private static func split(_ name: [UInt8], after prefix: [UInt8], isUstar: Bool) -> Int? {
        guard isUstar else { return nil }
        let slashes = name.indices.filter { name[$0] == UInt8(ascii: "/") && $0 > 0 && $0 <= 155 }
        let fitting = slashes.filter { (1...100).contains(name.count - $0 - 1) }
        return fitting.first { $0 == prefix.count && name.starts(with: prefix) } ?? fitting.first
    }

    private static func put(_ bytes: [UInt8], _ field: Range<Int>, _ block: inout [UInt8]) {
        block.replaceSubrange(field, with: bytes + [UInt8](repeating: 0, count: field.count - bytes.count))
    }

    /// As many digits as its writer gave it.
    private static func sum(_ block: inout [UInt8]) {
        let isLong = (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(block[154])
        let end = Array(block[(isLong ? 155 : 154)..<156])
        block.replaceSubrange(148..<156, with: repeatElement(UInt8(ascii: " "), count: 8))
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        block.replaceSubrange(148..<156, with: octal(sum, digits: isLong ? 7 : 6) + end)
    }

    static func octal(_ value: Int64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }
}
