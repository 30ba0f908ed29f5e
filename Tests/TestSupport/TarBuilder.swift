/// Writes a tar block by block, in any dialect, and with errors if a test asks for them.
package struct TarBuilder {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package enum Dialect: Sendable { case v7, ustar, gnu }

    /// The fields of a header; the defaults are those of a correct writer.
    package struct Header {
        package var name: String
        /// A name that need not be UTF-8; `nil` if it is `name`.
        package var nameBytes: [UInt8]?
        package var type: UInt8 = UInt8(ascii: "0")
        package var size: Int64 = 0
        package var link = ""
        package var prefix = ""
        package var mode: Int64 = 0o644
        package var dialect = Dialect.ustar
        /// The bytes of the size field; `nil` if it is `size` in octal.
        package var sizeField: [UInt8]?
        /// The difference from the correct checksum.
        package var checksumError = 0
        /// Whether the checksum sums signed bytes, as some old writers do.
        package var isSignedChecksum = false

        package init(_ name: String, type: Character = "0", size: Int64 = 0, link: String = "") {
            self.name = name
            self.type = type.asciiValue ?? 0
            self.size = size
            self.link = link
        }
    }

    package mutating func header(_ header: Header) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ content: [UInt8], at offset: Int, atMost length: Int) {
            block.replaceSubrange(offset..<offset + min(content.count, length), with: content.prefix(length))
        }
        put(header.nameBytes ?? Array(header.name.utf8), at: 0, atMost: 100)
        put(Self.octal(header.mode, digits: 7), at: 100, atMost: 8)
        put(Array("0000000\0".utf8), at: 108, atMost: 8)
        put(Array("0000000\0".utf8), at: 116, atMost: 8)
        put(header.sizeField ?? Self.octal(header.size, digits: 11), at: 124, atMost: 12)
        put(Self.octal(0, digits: 11), at: 136, atMost: 12)
        put(Array("        ".utf8), at: 148, atMost: 8)
        block[156] = header.type
        put(Array(header.link.utf8), at: 157, atMost: 100)
        switch header.dialect {
        case .v7: break
        case .ustar: put(Array("ustar\u{0}00".utf8), at: 257, atMost: 8)
        case .gnu: put(Array("ustar  \u{0}".utf8), at: 257, atMost: 8)
        }
        put(Array(header.prefix.utf8), at: 345, atMost: 155)
        let sum = block.reduce(0) { $0 + (header.isSignedChecksum ? Int(Int8(bitPattern: $1)) : Int($1)) }
        put(Self.octal(Int64(sum + header.checksumError), digits: 6) + [32], at: 148, atMost: 8)
        bytes += block
    }

    /// Content, padded to whole blocks.
    package mutating func data(_ content: [UInt8]) {
        bytes += content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    package mutating func file(_ name: String, _ content: [UInt8]) {
        header(Header(name, size: Int64(content.count)))
        data(content)
    }

    /// A member of any type.
    package mutating func add(_ name: String, _ content: [UInt8], type: Character = "0", link: String = "") {
        header(Header(name, type: type, size: Int64(content.count), link: link))
        data(content)
    }

    package mutating func add(_ name: String, _ content: String) { add(name, Array(content.utf8)) }

    /// The bytes with the end of the archive.
    package var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    package mutating func file(_ name: String, _ content: String) { file(name, Array(content.utf8)) }

    package mutating func symbolicLink(_ name: String, to target: String) {
        header(Header(name, type: "2", link: target))
    }

    package mutating func hardLink(_ name: String, to target: String) { header(Header(name, type: "1", link: target)) }

    /// An extension member: GNU's `L` and `K`, PAX's `x` and `g`.
    package mutating func extended(_ type: Character, _ content: [UInt8]) {
        header(Header("././@LongLink", type: type, size: Int64(content.count)))
        data(content)
    }

    package mutating func pax(_ records: [(String, String)], isGlobal: Bool = false) {
        extended(isGlobal ? "g" : "x", records.flatMap { Self.record($0, $1) })
    }

    package mutating func raw(_ content: [UInt8]) { bytes += content }

    /// Zero blocks: two of them end an archive.
    package mutating func zeros(_ blocks: Int = 2) { bytes += [UInt8](repeating: 0, count: blocks * 512) }

    /// A PAX record: `length key=value
    /// `, where the length counts its own digits.
    package static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array("\(length)\(rest)".utf8)
    }

    package static func octal(_ value: Int64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8) + [0]
    }

    /// GNU's base-256 notation for numbers that do not fit into octal digits.
    package static func base256(_ value: Int64) -> [UInt8] {
        var field = [UInt8](repeating: value < 0 ? 0xff : 0, count: 12)
        for index in 0..<8 { field[11 - index] = UInt8(truncatingIfNeeded: value >> (8 * Int64(index))) }
        field[0] |= 0x80
        return field
    }

    /// A correct archive of these files.
    package static func archive(_ files: [(String, [UInt8])]) -> [UInt8] {
        var tar = TarBuilder()
        for (name, content) in files { tar.file(name, content) }
        tar.zeros()
        return tar.bytes
    }
}
