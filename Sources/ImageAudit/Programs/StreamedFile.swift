package import ByteIO

/// One member of a tar that is read in order, for reading its bytes at any offset. The first bytes of the file are kept
/// when they pass. Others are returned only before they have passed.
package struct StreamedFile {
    /// The number of bytes that are kept of one file.
    package static let keptLimit = 8 << 20
    /// A read that begins before the limit may exceed it by this.
    private static let excessLimit = 1 << 20
    /// Each read keeps at least this much, so that many small reads need few calls.
    private static let pieceSize = 4096

    private let member: TarMember
    private var kept: [UInt8] = []
    /// The offset behind the last byte that was read. A read behind the limit makes it greater than the count of kept
    /// bytes.
    private var passed = 0

    package init(_ member: TarMember) { self.member = member }

    /// Bytes of the file; fewer if the file or the kept bytes end before, none if they have passed. `tar` must be at
    /// the member of this file, and its bytes must be read through this value only.
    package mutating func bytes(
        at offset: Int, count: Int, _ tar: inout TarMembers
    ) throws(TarError) -> [UInt8] {
        guard offset >= 0, count > 0, Int64(offset) < member.size else { return [] }
        let end = offset + Int(min(Int64(count), member.size - Int64(offset)))
        let limit = offset < Self.keptLimit ? Self.keptLimit + Self.excessLimit : Self.keptLimit
        // The bytes before the limit are kept on the way to one behind it.
        try keep(through: min(offset < Self.keptLimit ? end : offset, limit), &tar)
        if offset < kept.count { return Array(kept[offset..<min(end, kept.count)]) }
        guard offset >= passed else { return [] }
        let bytes = try tar.bytes(of: member, at: Int64(offset), count: end - offset)
        passed = end
        return bytes
    }

    private mutating func keep(through end: Int, _ tar: inout TarMembers) throws(TarError) {
        guard end > kept.count, passed == kept.count else { return }
        let wanted = max(end - kept.count, Self.pieceSize)
        kept += try tar.bytes(of: member, at: Int64(kept.count), count: wanted)
        passed = kept.count
    }
}
