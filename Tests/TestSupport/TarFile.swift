/// Makes tar archives with whatever names and types a test wants, and finds the members of plain ones.
package struct TarFile: Sendable {
    package struct Member: Sendable {
        package let name: String
        package let header: Int
        package let content: Range<Int>
    }

    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func add(_ name: String, _ content: [UInt8], type: Character = "0", link: String = "") {
        bytes += Self.header(name, size: content.count, type: type, link: link) + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    package mutating func add(_ name: String, _ content: String) { add(name, Array(content.utf8)) }

    package var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    package static func header(_ name: String, size: Int, type: Character = "0", link: String = "") -> [UInt8] {
        func octal(_ value: Int, _ width: Int) -> [UInt8] {
            let digits = String(value, radix: 8)
            return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8) + [0]
        }
        func padded(_ text: String, _ width: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
        }
        var header = padded(name, 100) + octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12)
        header += [UInt8](repeating: 0x20, count: 8) + Array(String(type).utf8) + padded(link, 100)
        header += padded("ustar", 6) + Array("00".utf8)
        header += [UInt8](repeating: 0, count: 512 - header.count)
        let sum = header.reduce(0) { $0 + Int($1) }
        header.replaceSubrange(148..<156, with: octal(sum, 7) + [0x20])
        return header
    }

    /// The members of an archive without extended headers.
    package static func members(_ bytes: [UInt8]) -> [Member] {
        var members: [Member] = []
        var offset = 0
        while offset + 512 <= bytes.count, bytes[offset] != 0 {
            let name = String(decoding: bytes[offset..<offset + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = String(decoding: bytes[offset + 124..<offset + 136].prefix { $0 >= 0x30 }, as: UTF8.self)
            let size = Int(digits, radix: 8) ?? 0
            members.append(Member(name: name, header: offset, content: offset + 512..<offset + 512 + size))
            offset += 512 + (size + 511) / 512 * 512
        }
        return members
    }
}
