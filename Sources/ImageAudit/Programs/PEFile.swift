/// The parts of a PE file that decide whether Windows can start it.
package struct PEFile: Sendable, Equatable {
    /// `nil` if the processor is unknown, or if the program runs on every processor (.NET).
    package let machine: Machine?
    /// 2 for windows, 3 for the console; others are no programs of users. 0 if the file states none.
    package let subsystem: Int
    /// Whether the file is a library.
    package let isLibrary: Bool

    package init(machine: Machine?, subsystem: Int, isLibrary: Bool) {
        self.machine = machine
        self.subsystem = subsystem
        self.isLibrary = isLibrary
    }
}

extension PEFile {
    /// The signature, the header of the file, and the optional header with all of its directories.
    private static let headerSize = 24 + 112 + 16 * 8

    /// `nil` if this is no PE file. Everything is read from the first bytes of the file.
    init?(head: [UInt8]) {
        guard let start = Self.start(of: head), start <= head.count else { return nil }
        self.init(header: Array(head[start...].prefix(Self.headerSize)))
    }

    /// `nil` if this is no PE file. The header may lie anywhere in the file.
    init?<Failure>(_ head: [UInt8], _ bytes: FileBytes<Failure>) throws(Failure) {
        guard let start = Self.start(of: head) else { return nil }
        self.init(header: try bytes(start, Self.headerSize))
    }

    /// The offset of the signature; `nil` if the DOS header states none.
    private static func start(of head: [UInt8]) -> Int? {
        guard head.starts(with: [0x4d, 0x5a]) else { return nil }
        let start = HeaderBytes(bytes: head, isLittleEndian: true).int(0x3c, 4)
        return start.flatMap { $0 >= 0x40 ? $0 : nil }
    }

    /// `header` begins with the signature.
    private init?(header: [UInt8]) {
        let fields = HeaderBytes(bytes: header, isLittleEndian: true)
        guard fields.integer(0, 4) == 0x4550, let number = fields.int(4, 2) else { return nil }
        let magic = fields.int(24, 2)
        let hasSubsystem = magic == 0x10b || magic == 0x20b
        self.init(
            machine: Self.machine(number, fields), subsystem: hasSubsystem ? fields.int(24 + 68, 2) ?? 0 : 0,
            isLibrary: (fields.int(22, 2) ?? 0) & 0x2000 != 0)
    }

    private static func machine(_ number: Int, _ fields: HeaderBytes) -> Machine? {
        switch number {
        case 0x8664: windows("amd64")
        case 0xaa64: windows("arm64")
        case 0x1c4: windows("arm", variant: "v7")
        case 0x14c: isManaged(fields) ? nil : windows("386")
        default: nil
        }
    }

    private static func windows(_ architecture: String, variant: String? = nil) -> Machine {
        Machine(os: "windows", architecture: architecture, variant: variant)
    }

    /// Whether the file has a header for the common language runtime, the fifteenth of its directories.
    private static func isManaged(_ fields: HeaderBytes) -> Bool {
        let optional = 24
        guard fields.int(optional, 2) == 0x10b, let count = fields.int(optional + 92, 4), count > 14 else {
            return false
        }
        return fields.int(optional + 96 + 14 * 8 + 4, 4) != 0
    }
}
