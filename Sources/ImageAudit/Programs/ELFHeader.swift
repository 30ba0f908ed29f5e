/// The header of an ELF file.
struct ELFHeader: Sendable {
    static let size = 64

    /// `nil` if the processor is unknown.
    let machine: Machine?
    let is64: Bool
    let isLittleEndian: Bool
    /// Whether this is a program or a shared library, and no object file (kernel module, firmware of a coprocessor).
    let isExecutable: Bool
    let programs: Table
    let sections: Table

    struct Table: Sendable {
        let offset: Int
        let entrySize: Int
        let count: Int
    }

    /// The first bytes of every ELF file.
    static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

    /// `nil` if these are not the first bytes of an ELF file, or too few.
    init?(_ head: [UInt8]) {
        guard head.count >= 52, head.starts(with: Self.magic), (1...2).contains(head[4]), (1...2).contains(head[5])
        else { return nil }
        is64 = head[4] == 2
        isLittleEndian = head[5] == 1
        let fields = HeaderBytes(bytes: head, isLittleEndian: isLittleEndian)
        guard let type = fields.int(16, 2), let number = fields.int(18, 2) else { return nil }
        let word = is64 ? 8 : 4
        let tail = is64 ? 48 : 36
        guard let flags = fields.integer(tail, 4),
            let programs = Self.table(fields, offset: 24 + word, width: word, counts: tail + 6),
            fields.int(tail + 12, 2) != nil
        else { return nil }
        // Kernels ignore the sections, so their offset may be anything.
        let sections = Self.table(fields, offset: 24 + 2 * word, width: word, counts: tail + 10)
        isExecutable = type == 2 || type == 3
        self.programs = programs
        self.sections = sections ?? Table(offset: 0, entrySize: 0, count: 0)
        let kind = Kind(number: number, is64: is64, isLittleEndian: isLittleEndian, flags: flags)
        let os = head[7] == 9 ? "freebsd" : nil
        machine = kind.architecture.map { Machine(os: os, architecture: $0) }
    }

    /// An absent table has no entries.
    private static func table(_ fields: HeaderBytes, offset: Int, width: Int, counts: Int) -> Table? {
        guard let start = fields.int(offset, width), let size = fields.int(counts, 2),
            let count = fields.int(counts + 2, 2)
        else { return nil }
        return Table(offset: start, entrySize: size, count: start == 0 ? 0 : count)
    }

    /// The fields that determine the architecture. One machine number may stand for several: byte order and width tell
    /// them apart.
    private struct Kind {
        let number: Int
        let is64: Bool
        let isLittleEndian: Bool
        let flags: UInt64

        var architecture: String? {
            switch number {
            case 62: "amd64"
            case 3: "386"
            case 183: isLittleEndian ? "arm64" : "arm64be"
            case 40: isLittleEndian ? "arm" : "armbe"
            case 22: is64 ? "s390x" : "s390"
            case 21: isLittleEndian ? "ppc64le" : "ppc64"
            case 20: isLittleEndian ? nil : "ppc"
            case 243: is64 ? "riscv64" : "riscv"
            case 258: is64 ? "loong64" : nil
            case 8: mips
            case 43: "sparc64"
            case 2, 18: "sparc"
            default: nil
            }
        }

        /// The N32 interface of 64-bit processors uses 32-bit files, marked by a flag.
        private var mips: String {
            let isN32 = !is64 && flags & 0x20 != 0
            let name = is64 ? "mips64" : isN32 ? "mips64p32" : "mips"
            return isLittleEndian ? name + "le" : name
        }
    }
}
