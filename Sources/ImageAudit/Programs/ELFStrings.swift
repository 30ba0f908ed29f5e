/// The string table of an ELF file.
struct ELFStrings {
    /// A larger table is not read as a whole.
    private static let sizeLimit = 1 << 20
    private static let textLimit = 4096
    /// The limit of the length of all texts. Many entries may refer to the same long text.
    private static let sumLimit = 1 << 20

    private let range: Range<Int>
    /// `nil` if the table is too large.
    private var whole: [UInt8]?
    private var left = sumLimit

    init(at range: Range<Int>) { self.range = range }

    /// Reads the table if it is small. Returns whether it is complete, or large.
    mutating func readWhole<Failure>(_ bytes: FileBytes<Failure>) throws(Failure) -> Bool {
        guard range.count <= Self.sizeLimit else { return true }
        let table = try bytes(range.lowerBound, range.count)
        whole = table
        return table.count == range.count
    }

    /// `nil` if the text is damaged, too long or out of reach, or if the limit of all texts is reached.
    mutating func text<Failure>(at offset: UInt64, _ bytes: FileBytes<Failure>) throws(Failure) -> [UInt8]? {
        guard let offset = Int(exactly: offset), offset < range.count else { return nil }
        let piece: ArraySlice<UInt8>
        if let whole {
            piece = whole[offset...].prefix(Self.textLimit + 1)
        } else {
            let rest = range.dropFirst(offset).prefix(Self.textLimit + 1)
            piece = try bytes(rest.lowerBound, rest.count)[...]
        }
        guard let end = piece.firstIndex(of: 0), end - piece.startIndex <= left else { return nil }
        left -= end - piece.startIndex
        return Array(piece[..<end])
    }
}

/// Records that are linked by offsets, read in blocks.
struct LinkedRecords {
    private static let blockSize = 4096

    private let isLittleEndian: Bool
    private var start = 0
    private var block: [UInt8] = []

    init(isLittleEndian: Bool) { self.isLittleEndian = isLittleEndian }

    /// `nil` if the record is out of reach.
    mutating func record<Failure>(
        at offset: Int, size: Int, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> HeaderBytes? {
        if offset < start || offset - start > block.count - size {
            block = try bytes(offset, Self.blockSize)
            start = offset
        }
        let place = offset - start
        guard place <= block.count - size else { return nil }
        return HeaderBytes(bytes: Array(block[place..<place + size]), isLittleEndian: isLittleEndian)
    }
}
