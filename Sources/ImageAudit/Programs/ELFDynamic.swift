/// The entries of a dynamic section. Texts are offsets in the string table.
struct ELFDynamic {
    /// Enough for 4096 entries.
    static let sizeLimit = 1 << 16
    private static let noDefaultLibraries: UInt64 = 0x800

    private(set) var needed: [UInt64] = []
    private(set) var name: UInt64?
    private(set) var rpath: UInt64?
    private(set) var runpath: UInt64?
    private(set) var ignoresDefaultDirectories = false
    /// The address of the string table.
    private(set) var strings: UInt64?
    private(set) var stringsSize: UInt64?
    private(set) var neededVersions = Records()
    private(set) var definedVersions = Records()
    /// Whether an entry marks the end.
    private(set) var isComplete = false

    /// Linked records with versions.
    struct Records {
        var address: UInt64?
        var count: UInt64 = 0
    }

    init(_ fields: HeaderBytes, is64: Bool) {
        let width = is64 ? 8 : 4
        for base in stride(from: 0, to: fields.bytes.count, by: 2 * width) {
            guard let tag = fields.integer(base, width), let value = fields.integer(base + width, width) else { return }
            if tag == 0 {
                isComplete = true
                return
            }
            take(tag, value)
        }
    }

    private mutating func take(_ tag: UInt64, _ value: UInt64) {
        switch tag {
        case 1: needed.append(value)
        case 5: strings = value
        case 10: stringsSize = value
        case 14: name = value
        case 15: rpath = value
        case 29: runpath = value
        case 0x6fff_fffb: ignoresDefaultDirectories = value & Self.noDefaultLibraries != 0
        case 0x6fff_fffc: definedVersions.address = value
        case 0x6fff_fffd: definedVersions.count = value
        case 0x6fff_fffe: neededVersions.address = value
        case 0x6fff_ffff: neededVersions.count = value
        default: break
        }
    }
}

/// Reads the dynamic section of a file, its strings and its versions. Every number from the file may be hostile.
struct ELFDynamicReading {
    private let header: ELFHeader
    private let segments: ELFSegments
    private var strings: ELFStrings
    private var records: LinkedRecords
    /// Records of versions that may still be read.
    private var recordsLeft = 1 << 14

    init(_ header: ELFHeader, _ segments: ELFSegments) {
        self.header = header
        self.segments = segments
        strings = ELFStrings(at: 0..<0)
        records = LinkedRecords(isLittleEndian: header.isLittleEndian)
    }

    mutating func read<Failure>(
        _ section: ELFSegments.Segment, into file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) {
        // The loader takes the address, tools the offset. They differ in damaged files only.
        let start = segments.range(at: section.address)?.lowerBound ?? Int(exactly: section.offset)
        guard let start, section.fileSize > 0 else { return file.isWhollyRead = false }
        let fields = HeaderBytes(
            bytes: try bytes(start, Int(min(section.fileSize, UInt64(ELFDynamic.sizeLimit)))),
            isLittleEndian: header.isLittleEndian)
        let dynamic = ELFDynamic(fields, is64: header.is64)
        if !dynamic.isComplete { file.isWhollyRead = false }
        guard !fields.bytes.isEmpty, let table = dynamic.strings.flatMap({ segments.range(at: $0) }) else {
            return file.isWhollyRead = false
        }
        let size = dynamic.stringsSize.flatMap { Int(exactly: $0) } ?? table.count
        strings = ELFStrings(at: table.prefix(size))
        guard try strings.readWhole(bytes) else { return file.isWhollyRead = false }
        file.hasDynamic = true
        try readTexts(dynamic, into: &file, bytes)
        try readNeededVersions(dynamic.neededVersions, into: &file, bytes)
        try readDefinedVersions(dynamic.definedVersions, into: &file, bytes)
    }

    private mutating func readTexts<Failure>(
        _ dynamic: ELFDynamic, into file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) {
        for offset in dynamic.needed {
            guard let library = try text(offset, &file, bytes) else { break }
            file.needed.append(library)
        }
        if let offset = dynamic.name { file.name = try text(offset, &file, bytes) }
        if let offset = dynamic.rpath { file.rpath = try text(offset, &file, bytes) }
        if let offset = dynamic.runpath { file.runpath = try text(offset, &file, bytes) }
        file.ignoresDefaultDirectories = dynamic.ignoresDefaultDirectories
    }

    /// `nil` if the text cannot be read, which is recorded.
    private mutating func text<Failure>(
        _ offset: UInt64, _ file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> [UInt8]? {
        let text = try strings.text(at: offset, bytes)
        if text == nil { file.isWhollyRead = false }
        return text
    }

    // MARK: - Versions

    /// `nil` if the record is damaged or out of reach, or if there are too many, which is recorded.
    private mutating func record<Failure>(
        at offset: Int, _ size: Int, _ file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> HeaderBytes? {
        recordsLeft -= 1
        let record = recordsLeft >= 0 ? try records.record(at: offset, size: size, bytes) : nil
        if record == nil { file.isWhollyRead = false }
        return record
    }

    /// The offset of the first record; `nil` if there is none, or none in the file, which is recorded.
    private func start(of list: ELFDynamic.Records, _ file: inout ELFFile) -> Int? {
        guard let address = list.address, list.count > 0 else { return nil }
        guard let start = segments.range(at: address)?.lowerBound else {
            file.isWhollyRead = false
            return nil
        }
        return start
    }

    /// Follows the Elf_Verneed records. Offsets only grow, so no list is a loop.
    private mutating func readNeededVersions<Failure>(
        _ list: ELFDynamic.Records, into file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) {
        guard var place = start(of: list, &file) else { return }
        var left = list.count
        while left > 0 {
            guard let need = try record(at: place, 16, &file, bytes), let count = need.int(2, 2),
                let name = need.integer(4, 4), let first = need.int(8, 4), let next = need.int(12, 4)
            else { return }
            let versions = try versions(at: place + first, count, &file, bytes)
            if !versions.isEmpty, let library = try text(name, &file, bytes) {
                file.neededVersions.append(.init(library: library, names: versions))
            }
            if next == 0 { return }
            place += next
            left -= 1
        }
    }

    /// Follows the Elf_Vernaux records of one library.
    private mutating func versions<Failure>(
        at start: Int, _ count: Int, _ file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var place = start
        for _ in 0..<count {
            guard let version = try record(at: place, 16, &file, bytes), let flags = version.int(4, 2),
                let name = version.integer(8, 4), let next = version.int(12, 4)
            else { break }
            let isWeak = flags & 2 != 0
            if !isWeak {
                guard let name = try text(name, &file, bytes) else { break }
                names.append(name)
            }
            if next == 0 { break }
            place += next
        }
        return names
    }

    /// Follows the Elf_Verdef records. The first name of each is that of the version; others are its predecessors.
    private mutating func readDefinedVersions<Failure>(
        _ list: ELFDynamic.Records, into file: inout ELFFile, _ bytes: FileBytes<Failure>
    ) throws(Failure) {
        guard var place = start(of: list, &file) else { return }
        var left = list.count
        while left > 0 {
            guard let version = try record(at: place, 20, &file, bytes), let flags = version.int(2, 2),
                let count = version.int(6, 2), let first = version.int(12, 4), let next = version.int(16, 4)
            else { return }
            let isNameOfFile = flags & 1 != 0
            if !isNameOfFile, count > 0 {
                guard let entry = try record(at: place + first, 8, &file, bytes), let offset = entry.integer(0, 4),
                    let name = try text(offset, &file, bytes)
                else { return }
                file.definedVersions.insert(name)
            }
            if next == 0 { return }
            place += next
            left -= 1
        }
    }
}
