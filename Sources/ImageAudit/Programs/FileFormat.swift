/// The format of a file as the kernel and the dynamic loader see it.
package enum FileFormat: Sendable, Equatable {
    case empty
    /// Any file that begins as an ELF file, also one that cannot be executed.
    case elf(ELFFile)
    case pe(PEFile)
    case wasm
    case script(ScriptLine)
    case other
    /// The layer does not store the content byte for byte, as of a sparse file. Or this is an ELF file that kernels run
    /// although its header is not valid.
    case unknown

    /// The headers of ELF and DOS files.
    private static let headSize = 64

    /// `bytes` returns bytes of the file; fewer or none if it ends before, or if they are out of reach.
    package init<Failure: Error>(size: Int64, bytes: FileBytes<Failure>) throws(Failure) {
        func inside(_ offset: Int, _ count: Int) throws(Failure) -> [UInt8] {
            guard offset >= 0, count > 0, Int64(offset) < size else { return [] }
            return try bytes(offset, Int(min(Int64(count), size - Int64(offset))))
        }
        let head = try inside(0, Self.headSize)
        if size == 0 {
            self = .empty
        } else if ELFFile.isUnusual(head, size: size) {
            self = .unknown
        } else if head.starts(with: ELFHeader.magic) {
            self = .elf(try ELFFile(head, size: size, inside))
        } else if head.starts(with: ScriptLine.magic) {
            self = .script(ScriptLine(start: try inside(0, ScriptLine.bufferSize)))
        } else if let file = try PEFile(head, inside) {
            self = .pe(file)
        } else {
            self = head.starts(with: [0x00, 0x61, 0x73, 0x6d]) ? .wasm : .other
        }
    }
}
