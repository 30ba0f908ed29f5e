/// The header of a Windows program.
enum PEHeader {
    /// nil when this is none, or one of .NET's that run on every processor whatever their header says.
    static func machine(_ head: [UInt8]) -> Machine? {
        let fields = HeaderBytes(bytes: head, isLittleEndian: true)
        guard head.starts(with: [0x4d, 0x5a]), let start = fields.int(0x3c, 4), start >= 0x40,
            fields.integer(start, 4) == 0x4550, let number = fields.int(start + 4, 2)
        else { return nil }
        switch number {
        case 0x8664: return windows("amd64")
        case 0xaa64: return windows("arm64")
        case 0x1c4: return windows("arm", variant: "v7")
        case 0x14c: return isManaged(fields, start) ? nil : windows("386")
        default: return nil
        }
    }

    private static func windows(_ architecture: String, variant: String? = nil) -> Machine {
        Machine(os: "windows", architecture: architecture, variant: variant)
    }

    /// It has a header for the common language runtime, the fifteenth of its directories.
    private static func isManaged(_ fields: HeaderBytes, _ start: Int) -> Bool {
        let optional = start + 24
        guard fields.int(optional, 2) == 0x10b, let count = fields.int(optional + 92, 4), count > 14 else {
            return false
        }
        return fields.int(optional + 96 + 14 * 8 + 4, 4) != 0
    }
}
