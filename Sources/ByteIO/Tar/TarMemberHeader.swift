/// The numbers of a user and a group.
package struct FileOwner: Hashable, Sendable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }

    package static let root = FileOwner(user: 0, group: 0)
}

/// The header of a new member of a tar, with all properties of a file. The same properties give the same bytes
/// everywhere. Names are bytes: a tar states no encoding.
package struct TarMemberHeader: Sendable {
    package enum Kind: Equatable, Sendable {
        case file(size: Int64)
        case directory
        case symbolicLink(to: [UInt8])
        case hardLink(to: [UInt8])
    }

    /// The name of a directory ends in a slash.
    let name: [UInt8]
    let kind: Kind
    /// The permissions, with the bits for set-user-ID, set-group-ID and sticky.
    let mode: Int
    let owner: FileOwner
    /// In seconds since 1970.
    let time: Int64
    let attributes: [ExtendedAttribute]

    package init(
        _ name: [UInt8], _ kind: Kind, mode: Int, owner: FileOwner = .root, time: Int64 = 0,
        attributes: [ExtendedAttribute] = []
    ) {
        self.name = name
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.time = time
        self.attributes = attributes
    }

    /// Readers refuse more records for one member.
    static let recordsLimit = 1 << 20
    private static let nameLimit = 100
    /// Seven octal digits.
    private static let numberLimit: Int64 = 0o7_777_777
    /// Eleven octal digits.
    private static let sizeLimit: Int64 = 0o77_777_777_777

    private var size: Int64 { if case .file(let size) = kind { size } else { 0 } }

    private var target: [UInt8] {
        switch kind {
        case .symbolicLink(let target), .hardLink(let target): target
        case .file, .directory: []
        }
    }

    private var type: UInt8 {
        switch kind {
        case .file: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symbolicLink: UInt8(ascii: "2")
        case .directory: UInt8(ascii: "5")
        }
    }

    /// One block, with a PAX header before it for all that does not fit.
    package var bytes: [UInt8] {
        let records = self.records
        let head = block
        if records.isEmpty { return head }
        let extended = Self.block(
            Array("PaxHeader".utf8), UInt8(ascii: "x"), mode: 0o644, .root, size: Int64(records.count), time: 0, [])
        return extended + TarHeader.padded(records) + head
    }

    /// The number of `bytes`.
    package var count: Int64 {
        let records = Int64(self.records.count)
        return Int64(TarHeader.blockSize) * (records == 0 ? 1 : 2) + TarHeader.padded(records)
    }

    /// The records of the PAX header; empty if none is needed.
    var records: [UInt8] {
        var records: [UInt8] = []
        func add(_ key: String, _ value: [UInt8]) { records += PaxRecord.bytes(key, value) }
        func add(_ key: String, _ number: Int64) { add(key, Array(String(number).utf8)) }
        let target = self.target
        let long = [name, target].filter { $0.count > Self.nameLimit }
        // POSIX: without this record, names in records are UTF-8.
        if long.contains(where: { String(validating: $0, as: UTF8.self) == nil }) {
            add("hdrcharset", Array("BINARY".utf8))
        }
        if name.count > Self.nameLimit { add("path", name) }
        if target.count > Self.nameLimit { add("linkpath", target) }
        if size > Self.sizeLimit { add("size", size) }
        if owner.user > Self.numberLimit { add("uid", Int64(owner.user)) }
        if owner.group > Self.numberLimit { add("gid", Int64(owner.group)) }
        if !(0...Self.sizeLimit).contains(time) { add("mtime", time) }
        for attribute in attributes { add("SCHILY.xattr." + attribute.name, attribute.value) }
        return records
    }

    private var block: [UInt8] {
        Self.block(name, type, mode: Int64(mode), owner, size: size, time: time, target)
    }

    /// Numbers that do not fit are 0: the PAX header has them.
    private static func block(
        _ name: [UInt8], _ type: UInt8, mode: Int64, _ owner: FileOwner, size: Int64, time: Int64, _ target: [UInt8]
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHeader.blockSize)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        func put(_ number: Int64, digits: Int, limit: Int64, at offset: Int) {
            put(TarHeaderEdit.octal((0...limit).contains(number) ? number : 0, digits: digits), at: offset)
        }
        put(name.prefix(nameLimit), at: 0)
        put(mode, digits: 7, limit: numberLimit, at: 100)
        put(Int64(owner.user), digits: 7, limit: numberLimit, at: 108)
        put(Int64(owner.group), digits: 7, limit: numberLimit, at: 116)
        put(size, digits: 11, limit: sizeLimit, at: 124)
        put(time, digits: 11, limit: sizeLimit, at: 136)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
        block[156] = type
        put(target.prefix(nameLimit), at: 157)
        put(Array("ustar\u{0}00".utf8), at: 257)
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        put(TarHeaderEdit.octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148)
        return block
    }
}
