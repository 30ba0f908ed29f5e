/// The file that a member of a layer describes. Its names are bytes: a tar states no encoding.
package struct FileMember: Equatable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file
        /// A file whose holes are left out of the tar.
        case sparseFile
        case directory
        case symbolicLink
        case hardLink
        case characterDevice(major: Int64, minor: Int64)
        case blockDevice(major: Int64, minor: Int64)
        case fifo
        /// A type of member that no container engine knows.
        case unknown(UInt8)
    }

    /// As the tar spells it.
    package let name: [UInt8]
    /// The target of a link; empty if it is none.
    package let link: [UInt8]
    package let kind: Kind
    /// The permissions, with the bits for set-user-ID, set-group-ID and sticky.
    package let mode: Int
    package let user: Int64
    package let group: Int64
    /// The size of the file: of a sparse one with its holes.
    package let size: Int64

    /// `nil` if a number cannot be read. `long` are the names in GNU's extensions.
    init?(_ member: TarMember, header block: ArraySlice<UInt8>, _ records: PaxRecords, _ long: TarNames) {
        let fields = FileFields(block: block)
        guard let mode = fields.number(100, 8), let user = fields.number(108, 8), let group = fields.number(116, 8),
            let kind = Self.kind(member, fields)
        else { return nil }
        name = Array(records.names.name ?? long.name ?? fields.name[...])
        let isLink = kind == .symbolicLink || kind == .hardLink
        link = isLink ? Array(records.names.link ?? long.link ?? TarHeader.bytes(fields.field(157, 100))) : []
        self.kind = kind
        self.mode = Int(mode & 0o7777)
        self.user = records.user ?? user
        self.group = records.group ?? group
        size = kind == .sparseFile ? records.realSize ?? fields.number(483, 12) ?? member.size : member.size
    }

    private static func kind(_ member: TarMember, _ fields: FileFields) -> Kind? {
        switch member.kind {
        case .file: return .file
        case .directory: return .directory
        case .symbolicLink: return .symbolicLink
        case .hardLink: return .hardLink
        case .sparse: return .sparseFile
        case .other: break
        }
        switch fields.type {
        case UInt8(ascii: "3"), UInt8(ascii: "4"):
            guard let major = fields.number(329, 8), let minor = fields.number(337, 8) else { return nil }
            return fields.type == UInt8(ascii: "3")
                ? .characterDevice(major: major, minor: minor) : .blockDevice(major: major, minor: minor)
        case UInt8(ascii: "6"): return .fifo
        default: return .unknown(fields.type)
        }
    }
}

/// Names in extended headers; `nil` if there are none.
struct TarNames {
    var name: ArraySlice<UInt8>?
    var link: ArraySlice<UInt8>?
}

/// The fields of a header block that describe a file.
private struct FileFields {
    let block: ArraySlice<UInt8>

    func field(_ offset: Int, _ length: Int) -> ArraySlice<UInt8> {
        block[block.startIndex + offset..<block.startIndex + offset + length]
    }

    func number(_ offset: Int, _ length: Int) -> Int64? { TarHeader.number(field(offset, length)) }

    var type: UInt8 { block[block.startIndex + 156] }

    var name: [UInt8] {
        let short = Array(TarHeader.bytes(field(0, 100)))
        let prefix = TarHeader.isUstar(block) ? TarHeader.bytes(field(345, 155)) : []
        return prefix.isEmpty ? short : Array(prefix) + [UInt8(ascii: "/")] + short
    }
}
