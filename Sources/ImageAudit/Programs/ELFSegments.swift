/// The segments of an ELF file, from its program headers.
struct ELFSegments {
    static let load = 1
    static let dynamic = 2
    static let interpreter = 3
    /// PT_GNU_PROPERTY.
    static let gnuProperty = 0x6474_e553

    struct Segment {
        let type: Int
        let offset: UInt64
        let address: UInt64
        let fileSize: UInt64
        let memorySize: UInt64

        /// The offset behind the last byte; `nil` if it exceeds 64 bits.
        var end: UInt64? {
            let (end, overflow) = offset.addingReportingOverflow(fileSize)
            return overflow ? nil : end
        }
    }

    /// The kernel accepts no larger table.
    static let sizeLimit = 1 << 16

    private(set) var all: [Segment] = []

    /// The size of an entry that the kernel accepts.
    static func entrySize(is64: Bool) -> Int { is64 ? 56 : 32 }

    /// `nil` if the table is too large or its entries are too small. Entries out of reach are absent.
    init?<Failure>(of header: ELFHeader, _ bytes: FileBytes<Failure>) throws(Failure) {
        let table = header.programs
        let size = table.count * table.entrySize
        guard table.entrySize >= Self.entrySize(is64: header.is64), size <= Self.sizeLimit else { return nil }
        let fields = HeaderBytes(bytes: try bytes(table.offset, size), isLittleEndian: header.isLittleEndian)
        for number in 0..<table.count {
            let base = number * table.entrySize
            guard let segment = Self.segment(fields, base, is64: header.is64) else { break }
            all.append(segment)
        }
    }

    private static func segment(_ fields: HeaderBytes, _ base: Int, is64: Bool) -> Segment? {
        let width = is64 ? 8 : 4
        let first = base + width
        guard let type = fields.int(base, 4), let offset = fields.integer(first, width),
            let address = fields.integer(first + width, width),
            let fileSize = fields.integer(first + 3 * width, width),
            let memorySize = fields.integer(first + 4 * width, width)
        else { return nil }
        return Segment(type: type, offset: offset, address: address, fileSize: fileSize, memorySize: memorySize)
    }

    func first(_ type: Int) -> Segment? { all.first { $0.type == type } }

    /// The part of the file that is loaded at an address, up to the end of its segment; `nil` if none is.
    func range(at address: UInt64) -> Range<Int>? {
        for segment in all where segment.type == Self.load && address >= segment.address {
            let distance = address - segment.address
            guard distance < segment.fileSize, let end = segment.end, let end = Int(exactly: end) else { continue }
            return Int(segment.offset + distance)..<end
        }
        return nil
    }
}
