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

    /// `./a//b/` is `a/b`. Names that climb (`..`) keep their spelling and so match nothing that anybody asks for.
    package static func normalized(_ name: String) -> String {
        if !name.utf8.contains(UInt8(ascii: "/")) { return name == "." ? "" : name }
        let parts = name.split(separator: "/").filter { $0 != "." }
        return parts.joined(separator: "/")
    }
}
