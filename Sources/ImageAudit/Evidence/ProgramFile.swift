/// The kind of a file by its first bytes.
enum ProgramFile: Sendable, Equatable {
    case program(Machine)
    /// A script; the value is its line after `#!`.
    case script(String)
    case other

    /// The number of bytes that hold the needed parts of ELF and PE headers, without the attributes of arm.
    static let headSize = 4096
    /// The longest `#!` line that the kernel accepts.
    private static let scriptLimit = 256

    /// `more` returns bytes behind the head; none if the file ends before.
    init<Failure: Error>(_ head: [UInt8], more: ProcessorLevel.Bytes<Failure>) throws(Failure) {
        if head.starts(with: [0x23, 0x21]) {
            self = .script(Self.line(head))
        } else if let header = ELFHeader(head) {
            self = .program(
                try ProcessorLevel.machine(of: header) { (offset, count) throws(Failure) in
                    guard offset >= 0, count > 0, count <= 1 << 16 else { return [] }
                    if offset <= head.count - count { return Array(head[offset..<offset + count]) }
                    return try more(offset, count)
                })
        } else if let machine = PEHeader.machine(head) {
            self = .program(machine)
        } else if head.starts(with: [0x00, 0x61, 0x73, 0x6d]) {
            self = .program(Machine(architecture: "wasm"))
        } else {
            self = .other
        }
    }

    /// Whether the file may be a program. A cheap test.
    static func mayBe(_ start: some Collection<UInt8>) -> Bool {
        let first = Array(start.prefix(2))
        return first == [0x23, 0x21] || first == [0x7f, 0x45] || first == [0x4d, 0x5a] || first == [0x00, 0x61]
    }

    private static func line(_ head: [UInt8]) -> String {
        let line = head.dropFirst(2).prefix(scriptLimit).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }
}

/// The machine that a program file was built for, by its header.
package struct Machine: Hashable, Sendable {
    /// `nil` if the header does not state it, as in most ELF files.
    package let os: String?
    /// In Go's spelling.
    package let architecture: String
    /// The lowest version of arm that the file needs; `nil` if it states none.
    package let variant: String?
    /// The level of x86-64 that the file needs, 1 to 4; `nil` if it states none.
    package let level: Int?

    package init(os: String? = nil, architecture: String, variant: String? = nil, level: Int? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
        self.level = level
    }
}

extension Machine {
    /// The architectures that also run programs of others.
    private static let guests: [String: String] = [
        "386": "amd64", "arm": "arm64", "s390": "s390x", "ppc": "ppc64", "mips": "mips64", "mipsle": "mips64le",
        "mips64p32": "mips64", "mips64p32le": "mips64le", "sparc": "sparc64",
    ]

    /// Whether an image for `architecture` may contain programs like this one.
    package var runsElsewhere: Bool { Self.guests[architecture] != nil }

    package func runs(on architecture: String) -> Bool {
        self.architecture == architecture || Self.guests[self.architecture] == architecture
    }

    /// The usual name: `amd64`, `arm/v7`.
    package var name: String {
        [os == "linux" ? nil : os, architecture, variant].compactMap(\.self).joined(separator: "/")
    }
}

/// The header of a Windows program.
enum PEHeader {
    /// `nil` if this is no such header, or that of a .NET program that runs on every processor.
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

    /// Whether the file has a header for the common language runtime, the fifteenth of its directories.
    private static func isManaged(_ fields: HeaderBytes, _ start: Int) -> Bool {
        let optional = start + 24
        guard fields.int(optional, 2) == 0x10b, let count = fields.int(optional + 92, 4), count > 14 else {
            return false
        }
        return fields.int(optional + 96 + 14 * 8 + 4, 4) != 0
    }
}

/// Reads numbers of either byte order at fixed offsets of a header. `nil` beyond its end.
struct HeaderBytes {
    let bytes: [UInt8]
    let isLittleEndian: Bool

    func integer(_ offset: Int, _ width: Int) -> UInt64? {
        guard offset >= 0, width <= 8, offset <= bytes.count - width else { return nil }
        var value: UInt64 = 0
        for place in 0..<width {
            let at = isLittleEndian ? offset + width - 1 - place : offset + place
            value = value << 8 | UInt64(bytes[at])
        }
        return value
    }

    /// For offsets and counts: a number that does not fit is damage.
    func int(_ offset: Int, _ width: Int) -> Int? { integer(offset, width).flatMap { Int(exactly: $0) } }
}
