/// One 512-byte header block, decoded: ustar, GNU, v7 and the frame of PAX.
struct TarHeader {
    static let blockSize = 512
    private static let ustar = Array("ustar".utf8)

    let name: String
    let linkName: String
    let size: Int64
    let type: UInt8
    let isExecutable: Bool
    /// Old GNU sparse members may have more headers before their data.
    let isExtended: Bool

    /// `nil` if the checksum or a number is wrong: the block is no header.
    init?(_ block: ArraySlice<UInt8>) {
        let base = block.startIndex
        func field(_ offset: Int, _ length: Int) -> ArraySlice<UInt8> { block[base + offset..<base + offset + length] }
        guard let checksum = Self.octal(field(148, 8)), Self.matches(checksum, block) else { return nil }
        guard let size = Self.number(field(124, 12)) else { return nil }
        let isUstar = Self.isUstar(block)
        let prefix = isUstar ? Self.text(field(345, 155)) : ""
        let short = Self.text(field(0, 100))
        self.name = prefix.isEmpty ? short : prefix + "/" + short
        self.linkName = Self.text(field(157, 100))
        self.size = size
        self.type = block[base + 156]
        self.isExecutable = (Self.octal(field(100, 8)) ?? 0) & 0o111 != 0
        self.isExtended = type == UInt8(ascii: "S") && block[base + 482] != 0
    }

    /// Whether the block has the fields of POSIX, and not those of GNU or none.
    static func isUstar(_ block: ArraySlice<UInt8>) -> Bool {
        let base = block.startIndex
        return block[base + 262] == 0 && block[base + 257..<base + 262].elementsEqual(ustar)
    }

    var isHeaderOnly: Bool { (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type) }

    /// A size rounded up to whole blocks. Saturates: claimed sizes may be near the greatest number.
    static func padded(_ size: Int64) -> Int64 {
        let block = Int64(blockSize)
        let (sum, overflows) = size.addingReportingOverflow(block - 1)
        return overflows ? .max : sum / block * block
    }

    /// Bytes with zeros up to whole blocks.
    static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: Int(padded(Int64(bytes.count))) - bytes.count)
    }

    static func isZero(_ block: ArraySlice<UInt8>) -> Bool { block.allSatisfy { $0 == 0 } }

    /// Old tars summed signed bytes; both sums are in use.
    private static func matches(_ checksum: Int64, _ block: ArraySlice<UInt8>) -> Bool {
        let bytes = block.span
        // The checksum field itself counts as eight spaces.
        let field = bytes.extracting(148..<156)
        let unsigned = sum(bytes) { $0 } - sum(field) { $0 } + 8 * 32
        if checksum == unsigned { return true }
        let negatives = sum(bytes) { $0 >> 7 } - sum(field) { $0 >> 7 }
        return checksum == unsigned - 256 * negatives
    }

    private static func sum(_ bytes: Span<UInt8>, _ part: (UInt8) -> UInt8) -> Int64 {
        var sum: UInt32 = 0
        for place in bytes.indices { sum &+= UInt32(part(bytes[place])) }
        return Int64(sum)
    }

    static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: bytes(field), as: UTF8.self) }

    /// The bytes before the first zero.
    static func bytes(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> { field.prefix { $0 != 0 } }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value < 1 << 58 else { return nil }
            value = value * 8 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Octal, or GNU's base 256, which the top bit marks. `nil` if it is negative or above 2^62.
    static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first, first & 0x80 != 0 else { return octal(field) }
        guard first == 0x80 else { return nil }
        var value: Int64 = 0
        for byte in field.dropFirst() {
            guard value < 1 << 54 else { return nil }
            value = value << 8 | Int64(byte)
        }
        return value
    }
}

/// Single fields of a header block, with the checksum that follows from them.
enum TarHeaderEdit {
    /// Changes nothing if the size is the same, however it is written.
    static func resize(_ block: inout [UInt8], to size: Int64) {
        guard TarHeader(block[...])?.size != size else { return }
        let end = block[135] == UInt8(ascii: " ") ? UInt8(ascii: " ") : 0
        block.replaceSubrange(124..<136, with: octal(size, digits: 11) + [end])
        sum(&block)
    }

    /// `isStandIn`: an extended header has the name, and this block as much of it as fits. Returns `false` if the name is
    /// too long.
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

    /// The slash at which a long name is split: where it was before, else where both halves fit.
    private static func split(_ name: [UInt8], after prefix: [UInt8], isUstar: Bool) -> Int? {
        guard isUstar else { return nil }
        let slashes = name.indices.filter { name[$0] == UInt8(ascii: "/") && $0 > 0 && $0 <= 155 }
        let fitting = slashes.filter { (1...100).contains(name.count - $0 - 1) }
        return fitting.first { $0 == prefix.count && name.starts(with: prefix) } ?? fitting.first
    }

    private static func put(_ bytes: [UInt8], _ field: Range<Int>, _ block: inout [UInt8]) {
        block.replaceSubrange(field, with: bytes + [UInt8](repeating: 0, count: field.count - bytes.count))
    }

    /// Writes the checksum with as many digits as it had.
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
