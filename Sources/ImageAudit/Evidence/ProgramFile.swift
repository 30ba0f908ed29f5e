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
    init<Failure: Error>(_ head: [UInt8], more: FileBytes<Failure>) throws(Failure) {
        if head.starts(with: [0x23, 0x21]) {
            self = .script(Self.line(head))
        } else if let machine = try Self.machine(head, more) {
            self = .program(machine)
        } else if let machine = PEFile(head: head)?.machine {
            self = .program(machine)
        } else if head.starts(with: [0x00, 0x61, 0x73, 0x6d]) {
            self = .program(Machine(architecture: "wasm"))
        } else {
            self = .other
        }
    }

    init(_ format: FileFormat) {
        switch format {
        case .elf(let file) where file.damage != .notExecutable: self = file.machine.map { .program($0) } ?? .other
        case .pe(let file): self = file.machine.map { .program($0) } ?? .other
        case .wasm: self = .program(Machine(architecture: "wasm"))
        case .script(let line): self = .script(String(decoding: line.bytes, as: UTF8.self))
        case .elf, .empty, .other, .unknown: self = .other
        }
    }

    /// `nil` if this is no ELF file that can be executed, or if the processor is unknown.
    private static func machine<Failure>(
        _ head: [UInt8], _ more: FileBytes<Failure>
    ) throws(Failure) -> Machine? {
        guard let header = ELFHeader(head), header.isExecutable else { return nil }
        return try ProcessorLevel.machine(of: header) { (offset, count) throws(Failure) in
            guard offset >= 0, count > 0, count <= 1 << 16 else { return [] }
            if offset <= head.count - count { return Array(head[offset..<offset + count]) }
            return try more(offset, count)
        }
    }

    /// Whether the file may be a program. A cheap test.
    static func mayBe(_ start: some Collection<UInt8>) -> Bool {
        let first = Array(start.prefix(2))
        return first == [0x23, 0x21] || first == [0x7f, 0x45] || first == [0x4d, 0x5a] || first == [0x00, 0x61]
    }

    private static func line(_ head: [UInt8]) -> String {
        let line = head.dropFirst(2).prefix(scriptLimit).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }
}
