/// The records of a PAX extended header that change where or what a member is.
struct PaxRecords {
    var path: String?
    var linkPath: String?
    var size: Int64?
    var isSparse = false

    /// nil when a record's own length does not fit.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), space - rest.startIndex < 20,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else {
                // Some writers pad the data with zeros; anything else is damage.
                guard rest.allSatisfy({ $0 == 0 }) else { return nil }
                return
            }
            let record = rest[space + 1..<rest.startIndex + length]
            rest = rest[(rest.startIndex + length)...]
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                return nil
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            let value = record[(equals + 1)...].dropLast()
            if key.hasPrefix("GNU.sparse.") { isSparse = true }
            switch key {
            // An empty value takes an earlier record back (POSIX pax).
            case "path", "GNU.sparse.name": path = value.isEmpty ? nil : TarHeader.text(value)
            case "linkpath": linkPath = value.isEmpty ? nil : TarHeader.text(value)
            case "size" where value.isEmpty: size = nil
            case "size":
                guard let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else { return nil }
                size = number
            default: break
            }
        }
    }

    init() {}

    /// A member's own records win over the global ones.
    func overriding(_ global: PaxRecords) -> PaxRecords {
        var merged = self
        merged.path = path ?? global.path
        merged.linkPath = linkPath ?? global.linkPath
        merged.size = size ?? global.size
        merged.isSparse = isSparse || global.isSparse
        return merged
    }
}

/// The records of a PAX header, written anew.
enum PaxText {
    /// Only the records `path` and `size` change, where they stand. nil: the records cannot be read.
    static func replacing(name: String, size: Int64, in payload: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
                length <= rest.count
            else { return rest.allSatisfy { $0 == 0 } ? result : nil }
            let record = rest[..<(rest.startIndex + length)]
            rest = rest[record.endIndex...]
            let body = record[(space + 1)...]
            if body.starts(with: Array("path=".utf8)) {
                result += self.record("path", Array(name.utf8))
            } else if body.starts(with: Array("size=".utf8)) {
                result += self.record("size", Array(String(size).utf8))
            } else {
                result += record
            }
        }
        return result
    }

    /// `length key=value\n`, where the length counts itself.
    static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + Array("\n".utf8)
        var length = rest.count
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }
}
