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
