/// One entry of a tar, as its headers describe it.
package struct TarMember: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case file
        case directory
        case hardLink(String)
        case symbolicLink(String)
        case sparse
        /// Devices, FIFOs and what else no image archive needs.
        case other
    }

    /// As the archive spells it, without `./` in front and `/` behind.
    package var name: String
    package var kind: Kind
    package var size: Int64
    package var dataOffset: Int64
    /// Somebody may run it, by its mode.
    package var isExecutable = false

    /// `./a//b/` is `a/b`. Names that climb (`..`) keep their spelling and so match nothing that anybody asks for.
    package static func normalized(_ name: String) -> String {
        if isNormal(name) { return name }
        return name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Nearly every name of nearly every archive: no empty part and no dot part.
    private static func isNormal(_ name: String) -> Bool {
        var previous = UInt8(ascii: "/")
        for byte in name.utf8 {
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        return previous != UInt8(ascii: "/")
    }
}
