/// The members of a tar, read without the product's code, so that a test can compare them byte by byte.
package struct TarDissection: Sendable {
    package struct Member: Sendable {
        package let name: String
        package let type: Character
        /// All header blocks, with extension members and their content.
        package let headers: [UInt8]
        package let content: [UInt8]
        package let padding: [UInt8]

        /// The fields that an edit of name or content must not change: owner, time, permissions, type.
        package var unchangedFields: [UInt8] {
            let block = Array(headers.suffix(512))
            return [100..<124, 136..<148, 156..<345, 500..<512].flatMap { block[$0] }
        }

        package var bytes: [UInt8] { headers + content + padding }
    }

    package private(set) var members: [Member] = []
    /// The end of the archive and all bytes behind it.
    package private(set) var tail: [UInt8] = []

    package init(_ bytes: [UInt8]) {
        var offset = 0
        var start = 0
        var longName: String?
        while offset + 512 <= bytes.count, bytes[offset..<offset + 512].contains(where: { $0 != 0 }) {
            let block = bytes[offset..<offset + 512]
            let type = Character(Unicode.Scalar(block[offset + 156]))
            let size = Self.number(Array(block[(offset + 124)..<(offset + 136)]))
            let data = offset + 512
            let end = min(data + (size + 511) / 512 * 512, bytes.count)
            if type == "L" { longName = Self.text(bytes[data..<data + size]) }
            if type == "x" { longName = Self.path(Array(bytes[data..<data + size])) ?? longName }
            offset = end
            if "LKxg".contains(type) { continue }
            let isUstar = block[(block.startIndex + 257)...].starts(with: Array("ustar\0".utf8))
            let prefix = isUstar ? Self.text(block[(block.startIndex + 345)..<(block.startIndex + 500)]) : ""
            let short = Self.text(block[block.startIndex..<block.startIndex + 100])
            members.append(
                Member(
                    name: longName ?? (prefix.isEmpty ? short : prefix + "/" + short), type: type,
                    headers: Array(bytes[start..<data]), content: Array(bytes[data..<data + size]),
                    padding: Array(bytes[(data + size)..<end])))
            longName = nil
            start = end
        }
        tail = Array(bytes[start...])
    }

    /// The offsets of a member in an archive.
    package struct Place: Sendable {
        package let name: String
        package let header: Int
        package let content: Range<Int>
    }

    /// The offsets of all members of an archive without extended headers.
    package static func places(in bytes: [UInt8]) -> [Place] {
        var places: [Place] = []
        var offset = 0
        while offset + 512 <= bytes.count, bytes[offset] != 0 {
            let size = number(Array(bytes[(offset + 124)..<(offset + 136)]))
            places.append(
                Place(
                    name: text(bytes[offset..<(offset + 100)]), header: offset,
                    content: (offset + 512)..<(offset + 512 + size)))
            offset += 512 + (size + 511) / 512 * 512
        }
        return places
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func number(_ field: [UInt8]) -> Int {
        if field[0] == 0x80 { return field.dropFirst().reduce(0) { $0 << 8 | Int($1) } }
        return Int(text(field[...]).filter(\.isNumber), radix: 8) ?? 0
    }

    private static func path(_ records: [UInt8]) -> String? {
        String(decoding: records, as: UTF8.self).split(separator: "\n").lazy
            .compactMap { $0.split(separator: " ", maxSplits: 1).last }
            .first { $0.hasPrefix("path=") }.map { String($0.dropFirst("path=".count)) }
    }
}
