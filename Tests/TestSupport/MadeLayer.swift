/// One member of a layer.
package struct LayerEntry: Sendable {
    let name: String
    var type: Character = "0"
    package var mode: Int64 = 0o644
    var content: [UInt8] = []
    var link = ""
    package var user = 0
    package var group = 0

    package static func program(_ name: String, _ content: [UInt8]) -> LayerEntry {
        LayerEntry(name: name, mode: 0o755, content: content)
    }

    package static func script(_ name: String, _ text: String) -> LayerEntry {
        LayerEntry(name: name, mode: 0o755, content: Array(text.utf8))
    }

    package static func file(_ name: String, _ content: [UInt8]) -> LayerEntry {
        LayerEntry(name: name, content: content)
    }

    package static func directory(_ name: String) -> LayerEntry { LayerEntry(name: name + "/", type: "5", mode: 0o755) }

    package static func symbolicLink(_ name: String, to target: String) -> LayerEntry {
        LayerEntry(name: name, type: "2", mode: 0o777, link: target)
    }

    package static func hardLink(_ name: String, to target: String) -> LayerEntry {
        LayerEntry(name: name, type: "1", mode: 0o755, link: target)
    }

    /// A whiteout: hides `name` in the layers below.
    package static func whiteout(_ name: String) -> LayerEntry {
        let parts = name.split(separator: "/")
        return LayerEntry(name: (parts.dropLast() + [".wh." + (parts.last ?? "")]).joined(separator: "/"))
    }

    /// An opaque whiteout: hides everything that the layers below have in the directory.
    package static func opaque(_ name: String) -> LayerEntry { LayerEntry(name: name + "/.wh..wh..opq") }

    /// A file of which the tar leaves out the holes.
    package static func sparse(_ name: String) -> LayerEntry { LayerEntry(name: name, type: "S", mode: 0o755) }

    package func with(mode: Int64, user: Int = 0, group: Int = 0) -> LayerEntry {
        var copy = self
        (copy.mode, copy.user, copy.group) = (mode, user, group)
        return copy
    }

    /// A header with a wrong checksum. No tar reader reads beyond it.
    package static let brokenHeader = LayerEntry(name: "broken", type: "!")

    /// Header and content. A name that is too long for the header is in a PAX record, and an owner other than root.
    var blocks: [UInt8] {
        var tar = TarBuilder()
        let owners = [("uid", user), ("gid", group)].filter { $0.1 != 0 }.map { ($0, String($1)) }
        let records = [("path", name), ("linkpath", link)].filter { $0.1.utf8.count > 100 } + owners
        if !records.isEmpty { tar.pax(records) }
        var header = TarBuilder.Header(String(name.prefix(100)), type: type, size: Int64(content.count), link: link)
        header.mode = mode
        if type == "!" { header.checksumError = 1 }
        tar.header(header)
        tar.data(content)
        return tar.bytes
    }
}

/// The format in which a layer is stored.
package enum LayerPacking: String, Sendable, CaseIterable {
    case plain, gzip, zstd
    /// eStargz: one gzip member per file, a table of contents and a footer. Tar readers see one stream.
    case estargz
    /// zstd:chunked: one zstd frame per file, then skippable frames with the table of contents.
    case zstdChunked = "zstd:chunked"

    var mediaType: String {
        let base = "application/vnd.oci.image.layer.v1.tar"
        return switch self {
        case .plain: base
        case .gzip, .estargz: base + "+gzip"
        case .zstd, .zstdChunked: base + "+zstd"
        }
    }

    /// The blob, and the tar that it decompresses to.
    func packed(_ entries: [LayerEntry]) throws -> (blob: [UInt8], tar: [UInt8]) {
        let pieces = entries.map(\.blocks)
        let end = [UInt8](repeating: 0, count: 1024)
        let content = Self.joined(pieces)
        let tar = content + end
        switch self {
        case .plain: return (tar, tar)
        case .gzip, .zstd: return (try Self.compressed(tar, by: rawValue), tar)
        case .estargz:
            let contents = LayerEntry.file("stargz.index.json", Array(#"{"version":1,"entries":[]}"#.utf8)).blocks
            let members = try (pieces + [contents + end]).map { try Self.compressed($0, by: "gzip") }
            return (Self.joined(members) + Self.estargzFooter, content + contents + end)
        case .zstdChunked:
            let frames = try (pieces + [end]).map { try Self.compressed($0, by: "zstd") }
            let manifest = try Self.compressed(Array(#"{"version":1,"entries":[]}"#.utf8), by: "zstd")
            return (Self.joined(frames) + Self.skippable(manifest) + Self.skippable(Self.chunkedFooter), tar)
        }
    }

    private static func joined(_ pieces: [[UInt8]]) -> [UInt8] { pieces.reduce(into: []) { $0 += $1 } }

    private static func compressed(_ bytes: [UInt8], by program: String) throws -> [UInt8] {
        try Program.run(program, program == "gzip" ? ["-nc"] : ["-qc"], input: bytes).output
    }

    /// An empty member whose extra field contains the offset of the table of contents.
    private static let estargzFooter: [UInt8] = {
        let place = Array("SG".utf8) + [22, 0] + Array("0000000000000000STARGZ".utf8)
        return [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, UInt8(place.count), 0] + place
            + [1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]
    }()

    private static let chunkedFooter = [UInt8](repeating: 0, count: 56) + Array("GNUlInUx".utf8)

    private static func skippable(_ content: [UInt8]) -> [UInt8] {
        let size = UInt32(content.count)
        return [0x50, 0x2a, 0x4d, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + content
    }
}
