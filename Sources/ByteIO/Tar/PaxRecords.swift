/// The records of a PAX extended header that change where or what a member is.
struct PaxRecords {
    var path: String?
    var linkPath: String?
    var size: Int64?
    var isSparse = false
    /// `path` and `linkPath` as bytes.
    var names = TarNames()
    /// The numbers of the owner, and the size of a sparse file; `nil` if there is no record of them.
    var user: Int64?
    var group: Int64?
    var realSize: Int64?

    /// `nil` if the records cannot be read.
    init?(_ payload: ArraySlice<UInt8>) {
        guard let records = PaxRecord.all(in: payload) else { return nil }
        for record in records {
            let key = String(decoding: record.key, as: UTF8.self)
            let value = record.value
            if key.hasPrefix("GNU.sparse.") { isSparse = true }
            switch key {
            // An empty value takes an earlier record back (POSIX pax).
            case "path", "GNU.sparse.name":
                path = value.isEmpty ? nil : TarHeader.text(value)
                names.name = value.isEmpty ? nil : TarHeader.bytes(value)
            case "linkpath":
                linkPath = value.isEmpty ? nil : TarHeader.text(value)
                names.link = value.isEmpty ? nil : TarHeader.bytes(value)
            case "uid": guard Self.read(value, into: &user) else { return nil }
            case "gid": guard Self.read(value, into: &group) else { return nil }
            case "size": guard Self.read(value, into: &size) else { return nil }
            case "GNU.sparse.size", "GNU.sparse.realsize":
                guard Self.read(value, into: &realSize) else { return nil }
            default: break
            }
        }
    }

    init() {}

    /// Whether the value is a number or empty.
    private static func read(_ value: ArraySlice<UInt8>, into number: inout Int64?) -> Bool {
        number = nil
        if value.isEmpty { return true }
        guard let found = Int64(String(decoding: value, as: UTF8.self)), found >= 0 else { return false }
        number = found
        return true
    }

    /// A member's own records win over the global ones.
    func overriding(_ global: PaxRecords) -> PaxRecords {
        var merged = self
        merged.path = path ?? global.path
        merged.linkPath = linkPath ?? global.linkPath
        merged.size = size ?? global.size
        merged.isSparse = isSparse || global.isSparse
        merged.names.name = names.name ?? global.names.name
        merged.names.link = names.link ?? global.names.link
        merged.user = user ?? global.user
        merged.group = group ?? global.group
        return merged
    }
}

/// One record of a PAX header: `length key=value\n`, where the length counts itself.
struct PaxRecord {
    let key: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>
    /// All bytes of the record.
    let bytes: ArraySlice<UInt8>

    private static let lengthDigits = 19

    /// `nil` if a record's length does not fit. Zeros behind the last record are ignored, because some writers pad with
    /// them.
    static func all(in payload: ArraySlice<UInt8>) -> [PaxRecord]? {
        var records: [PaxRecord] = []
        var rest = payload
        while !rest.isEmpty {
            guard let length = length(rest) else { return rest.allSatisfy { $0 == 0 } ? records : nil }
            guard let record = PaxRecord(rest.prefix(length)) else { return nil }
            records.append(record)
            rest = rest.dropFirst(length)
        }
        return records
    }

    /// The length of the first record; `nil` if there is none, or if it is longer than the payload.
    private static func length(_ rest: ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix(lengthDigits).prefix { $0 != UInt8(ascii: " ") }
        guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1, length <= rest.count
        else { return nil }
        return length
    }

    private init?(_ bytes: ArraySlice<UInt8>) {
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), bytes.last == UInt8(ascii: "\n"),
            let equals = bytes[space...].firstIndex(of: UInt8(ascii: "="))
        else { return nil }
        key = bytes[(space + 1)..<equals]
        value = bytes[(equals + 1)...].dropLast()
        self.bytes = bytes
    }

    static func bytes(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + Array("\n".utf8)
        var length = rest.count
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    /// The payload with other values in its records `path` and `size`. `nil` if the records cannot be read.
    static func replacing(name: String, size: Int64, in payload: [UInt8]) -> [UInt8]? {
        all(in: payload[...])?.flatMap { record -> [UInt8] in
            switch String(decoding: record.key, as: UTF8.self) {
            case "path": bytes("path", Array(name.utf8))
            case "size": bytes("size", Array(String(size).utf8))
            default: Array(record.bytes)
            }
        }
    }
}
