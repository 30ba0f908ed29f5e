/// The parts of an ELF file that decide whether the kernel and the dynamic loader can start it.
package struct ELFFile: Sendable, Equatable {
    package enum Damage: Sendable, Equatable {
        /// Headers or loaded segments lie beyond the end of the file.
        case truncated
        /// An object file, a core dump, or a header that no kernel accepts.
        case notExecutable
    }

    /// The versions that the file needs of one library.
    package struct NeededVersions: Sendable, Equatable {
        package let library: [UInt8]
        /// Without those that are marked as weak; never empty.
        package let names: [[UInt8]]

        package init(library: [UInt8], names: [[UInt8]]) {
            self.library = library
            self.names = names
        }
    }

    /// `nil` if the processor is unknown.
    package var machine: Machine?
    package var is64 = true
    /// `nil` if the file can be executed.
    package var damage: Damage?
    /// Whether everything below was read. If not, a part is out of reach, damaged or beyond a limit, and is absent.
    package var isWhollyRead = true
    /// The path of the dynamic loader (PT_INTERP); `nil` if the file needs none.
    package var interpreter: [UInt8]?
    /// Whether the dynamic section and its strings were read. Else the lists below are empty.
    package var hasDynamic = false
    /// The libraries of DT_NEEDED in order.
    package var needed: [[UInt8]] = []
    /// DT_SONAME, DT_RPATH and DT_RUNPATH; `nil` if absent.
    package var name: [UInt8]?
    package var rpath: [UInt8]?
    package var runpath: [UInt8]?
    /// Whether the loader ignores its cache and its default directories for this file (DF_1_NODEFLIB).
    package var ignoresDefaultDirectories = false
    package var neededVersions: [NeededVersions] = []
    /// The versions that a library defines; empty if it has none.
    package var definedVersions: Set<[UInt8]> = []

    package init(machine: Machine?) { self.machine = machine }
}

extension ELFFile {
    /// The kernel accepts no longer path of a dynamic loader.
    private static let pathLimit: UInt64 = 4096
    /// The smallest page: the last page of a file may be mapped behind the file's end.
    private static let pageSize: UInt64 = 4096

    /// `head` are the first 64 bytes of the file. `bytes` returns nothing behind its end.
    init<Failure>(_ head: [UInt8], size: Int64, _ bytes: FileBytes<Failure>) throws(Failure) {
        self.init(machine: nil)
        guard let header = ELFHeader(head) else {
            damage = Self.hasValidStart(head) ? .truncated : .notExecutable
            return
        }
        is64 = header.is64
        if !header.isExecutable || !Self.hasValidStart(head) {
            damage = .notExecutable
        } else if let segments = try segments(header, size: size, bytes) {
            checkSegments(segments, size: size)
            try readInterpreter(segments, size: size, bytes)
            if let section = segments.first(ELFSegments.dynamic) {
                var reading = ELFDynamicReading(header, segments)
                try reading.read(section, into: &self, bytes)
            }
        }
        // Last, because a stream cannot go back from the sections at the end of a large file.
        machine = try ProcessorLevel.machine(of: header, bytes)
    }

    /// Whether the file begins as an ELF file with a header that only the kernel may accept. The kernel ignores the
    /// class, the byte order and the version. It reads zeros behind the end of a short file.
    static func isUnusual(_ head: [UInt8], size: Int64) -> Bool {
        guard head.starts(with: ELFHeader.magic), head.count > 6 else { return false }
        return !hasValidStart(head) || hasOddClass(head) || head[4] == 1 && (44..<52).contains(size)
    }

    /// Whether the class is not that of the processor: the kernel decides by the processor.
    private static func hasOddClass(_ head: [UInt8]) -> Bool {
        let fields = HeaderBytes(bytes: head, isLittleEndian: head[5] == 1)
        return switch fields.int(18, 2) {
        case 62, 183: head[4] == 1
        case 3, 40: head[4] == 2
        default: false
        }
    }

    /// Whether the class, the byte order and the version are valid, as far as they are there.
    private static func hasValidStart(_ head: [UInt8]) -> Bool {
        let fields = head.dropFirst(ELFHeader.magic.count).prefix(3)
        return zip(fields, [1...2, 1...2, 1...1]).allSatisfy { $1.contains($0) }
    }

    /// The first damage counts.
    private mutating func take(_ damage: Damage) { self.damage = self.damage ?? damage }

    /// `nil` if the program headers are damaged or out of reach.
    private mutating func segments<Failure>(
        _ header: ELFHeader, size: Int64, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> ELFSegments? {
        let table = header.programs
        let length = table.count * table.entrySize
        guard table.count > 0, table.entrySize == ELFSegments.entrySize(is64: header.is64),
            length <= ELFSegments.sizeLimit
        else {
            take(.notExecutable)
            return nil
        }
        guard Int64(table.offset) <= size - Int64(length) else {
            take(.truncated)
            return nil
        }
        guard let segments = try ELFSegments(of: header, bytes), segments.all.count == table.count else {
            isWhollyRead = false
            return nil
        }
        return segments
    }

    private mutating func checkSegments(_ segments: ELFSegments, size: Int64) {
        let loaded = segments.all.filter { $0.type == ELFSegments.load }
        if loaded.isEmpty || loaded.contains(where: { $0.fileSize > $0.memorySize }) { take(.notExecutable) }
        let limit = UInt64(size) + (Self.pageSize - UInt64(size) % Self.pageSize) % Self.pageSize
        for segment in loaded where segment.fileSize > 0 {
            guard let end = segment.end, end <= limit else { return take(.truncated) }
        }
    }

    private mutating func readInterpreter<Failure>(
        _ segments: ELFSegments, size: Int64, _ bytes: FileBytes<Failure>
    ) throws(Failure) {
        guard let segment = segments.first(ELFSegments.interpreter) else { return }
        guard (2...Self.pathLimit).contains(segment.fileSize) else { return take(.notExecutable) }
        guard let end = segment.end, end <= UInt64(size) else { return take(.truncated) }
        let path = try bytes(Int(segment.offset), Int(segment.fileSize))
        guard path.count == Int(segment.fileSize) else { return isWhollyRead = false }
        guard path.last == 0 else { return take(.notExecutable) }
        interpreter = Array(path.prefix { $0 != 0 })
    }
}
