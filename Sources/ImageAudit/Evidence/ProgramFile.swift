/// What the first bytes of a file make it.
enum ProgramFile: Sendable, Equatable {
    case program(Machine)
    /// What stands behind `#!`.
    case script(String)
    case other

    /// Headers of ELF and PE with all that is asked of them fit, but for the attributes of arm.
    static let headSize = 4096
    /// A line of the kernel's `#!` is no longer.
    private static let scriptLimit = 256

    /// `more` gives what lies behind the head.
    init(_ head: [UInt8], more: ProcessorLevel.Bytes) {
        if head.starts(with: [0x23, 0x21]) {
            self = .script(Self.line(head))
        } else if let header = ELFHeader(head) {
            self = .program(
                ProcessorLevel.machine(of: header) { offset, count in
                    guard offset >= 0, count > 0, count <= 1 << 16 else { return [] }
                    if offset <= head.count - count { return Array(head[offset..<offset + count]) }
                    return more(offset, count)
                })
        } else if let machine = PEHeader.machine(head) {
            self = .program(machine)
        } else if head.starts(with: [0x00, 0x61, 0x73, 0x6d]) {
            self = .program(Machine(architecture: "wasm"))
        } else {
            self = .other
        }
    }

    /// Cheaply, whether the rest is worth reading.
    static func mayBe(_ start: some Collection<UInt8>) -> Bool {
        let first = Array(start.prefix(2))
        return first == [0x23, 0x21] || first == [0x7f, 0x45] || first == [0x4d, 0x5a] || first == [0x00, 0x61]
    }

    private static func line(_ head: [UInt8]) -> String {
        let line = head.dropFirst(2).prefix(scriptLimit).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }
}
