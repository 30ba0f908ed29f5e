internal import ByteIO

/// The members of one layer: its files, and marks that hide files of the layers below. Each entry takes 20 bytes and
/// its name. The other parts of its path are the names of other entries.
package struct LayerFiles: Sendable {
    /// The properties that many files share.
    struct Attributes: Hashable, Sendable {
        let kind: FileMember.Kind
        let mode: Int
        let user: Int64
        let group: Int64
    }

    enum Role: Hashable, Sendable {
        case file(Attributes)
        /// Hides the file at this path in the layers below.
        case whiteout
        /// Hides everything that the layers below have in the directory at this path.
        case opaque
        /// A part of paths, which no member describes.
        case part
    }

    private struct Entry: Sendable {
        let parent: UInt32
        let name: UInt32
        let role: UInt32
        /// The size of a file, or the place of the target of a link.
        let size: UInt32
        /// The offset of the content in blocks.
        let block: UInt32

        /// The parent of entries in the root, and the size of a file with large numbers.
        static let none = UInt32.max
    }

    /// Numbers that an entry has no space for.
    private struct LargeNumbers: Sendable {
        let size: Int64
        let offset: Int64
    }

    private var entries = SegmentedArray<Entry>()
    private var names = NamePool()
    private var roles = SegmentedArray<Role>()
    private var large = EntryTable<LargeNumbers>()
    private var hashes = EntryTable<UInt32>()
    private var programs = ProgramDetails()
    /// The tar, if details are read when they are asked for; else `nil`.
    private let window: FileWindow?
    /// The length of all names and targets.
    private(set) var nameBytes = 0

    private static let blockSize: Int64 = 512
    /// Longer than any path that a kernel accepts.
    package static let nameLimit = 4096

    init(window: FileWindow? = nil) { self.window = window }

    /// Entries are numbers from 0, in the order of the tar.
    var count: Int { entries.count }

    func role(of entry: Int) -> Role { roles[Int(entries[entry].role)] }

    /// The estimated size in memory.
    package var estimatedSize: Int { count * MemoryLayout<Entry>.size + nameBytes }

    /// `nil` if the entry is in the root of the image.
    func parent(of entry: Int) -> Int? {
        let parent = entries[entry].parent
        return parent == Entry.none ? nil : Int(parent)
    }

    /// The last part of the path. Empty for the root, and for a mark that makes the root opaque.
    func name(of entry: Int) -> FileName { names[entries[entry].name] }

    func isName(_ name: FileName, of entry: Int) -> Bool { names.holds(name, at: entries[entry].name) }

    /// The parts of the path.
    func path(of entry: Int) -> [FileName] {
        var path: [FileName] = []
        var next: Int? = entry
        while let entry = next {
            let name = name(of: entry)
            if !name.isEmpty { path.append(name) }
            next = parent(of: entry)
        }
        return path.reversed()
    }

    /// `nil` if the entry is no file.
    func record(of entry: Int) -> FileRecord? {
        guard case .file(let attributes) = role(of: entry) else { return nil }
        var record = FileRecord(attributes)
        let fields = entries[entry]
        switch attributes.kind {
        case .symbolicLink, .hardLink: record.link = names[fields.size]
        default:
            let numbers = fields.size == Entry.none ? large[entry] : nil
            record.size = numbers?.size ?? Int64(fields.size)
            record.offset = numbers?.offset ?? Int64(fields.block) * Self.blockSize
            record.hash = hashes[entry].map { names[$0] } ?? []
        }
        return record
    }

    /// Other than `other` only if formats are kept.
    func format(of entry: Int) throws(IOFailure) -> FileFormat {
        guard let file = record(of: entry) else { return .other }
        if file.kind == .sparseFile { return .unknown }
        guard file.kind == .file else { return .other }
        if file.size == 0 { return .empty }
        guard let window else { return keptFormat(of: entry) }
        let start = try window.bytes(at: file.offset, count: Int(min(2, file.size)))
        guard ProgramFile.mayBe(start) else { return .other }
        return try FileFormat(size: file.size) { (offset, count) throws(IOFailure) in
            guard offset >= 0, count > 0, Int64(offset) < file.size else { return [] }
            let wanted = min(Int64(count), file.size - Int64(offset))
            return try window.bytes(at: file.offset + Int64(offset), count: Int(wanted))
        }
    }

    /// The format that was kept while the layer was read; `other` if there is none.
    func keptFormat(of entry: Int) -> FileFormat { programs.format(of: entry) }

    /// The content of a file that decides how programs start; `nil` if this is no such file, or if it is too long.
    func content(of entry: Int) throws(IOFailure) -> [UInt8]? {
        guard let window else { return programs.content(of: entry) }
        guard let file = record(of: entry), file.kind == .file, file.size <= ProgramDetails.contentLimit,
            ProgramDetails.needsContent(name(of: entry))
        else { return nil }
        let content = try window.bytes(at: file.offset, count: Int(file.size))
        guard content.count == Int(file.size) else { throw IOFailure(.read, window.path, .truncated) }
        return content
    }

    /// The target of a link as it is written; empty for other entries.
    func link(of entry: Int) -> [UInt8] {
        guard case .file(let attributes) = role(of: entry) else { return [] }
        switch attributes.kind {
        case .symbolicLink, .hardLink: return names[entries[entry].size]
        default: return []
        }
    }

    // MARK: - Adding

    /// Finds the roles that the list has already.
    struct KnownRoles {
        fileprivate var numbers: [Role: UInt32] = [:]
        fileprivate var last: (role: Role, number: UInt32)?
        /// The estimated cost of one role.
        static let cost = 200
    }

    /// The number of the role. `budget` is that of the list.
    mutating func number(
        of role: Role, _ known: inout KnownRoles, _ budget: FileBudget
    ) throws(LayerFault) -> UInt32 {
        if let last = known.last, last.role == role { return last.number }
        let number: UInt32
        if let found = known.numbers[role] {
            number = found
        } else {
            try budget.spend(files: 0, names: KnownRoles.cost)
            number = UInt32(roles.count)
            roles.append(role)
            known.numbers[role] = number
        }
        known.last = (role, number)
        return number
    }

    /// Adds an entry without content.
    mutating func append(_ name: some Collection<UInt8>, in parent: Int?, role: UInt32) {
        entries.append(
            Entry(parent: parent.map { UInt32($0) } ?? Entry.none, name: names.add(name), role: role, size: 0, block: 0)
        )
    }

    /// `offset` is that of the content.
    mutating func append(
        _ name: some Collection<UInt8>, in parent: Int?, role: UInt32, _ file: FileMember, offset: Int64
    ) {
        var size = Entry.none
        var block: UInt32 = 0
        let blocks = UInt32(exactly: offset / Self.blockSize)
        if file.kind == .symbolicLink || file.kind == .hardLink {
            size = names.add(file.link)
        } else if let blocks, file.size < Int64(Entry.none), offset % Self.blockSize == 0 {
            (size, block) = (UInt32(file.size), blocks)
        } else {
            large.append(LargeNumbers(size: file.size, offset: offset), for: entries.count)
        }
        entries.append(
            Entry(
                parent: parent.map { UInt32($0) } ?? Entry.none, name: names.add(name), role: role, size: size,
                block: block))
    }

    /// Adds the hash of the last entry.
    mutating func append(hash: [UInt8]) { hashes.append(names.add(hash), for: entries.count - 1) }

    /// Adds the format of the last entry.
    mutating func append(_ format: FileFormat, _ budget: FileBudget) throws(LayerFault) {
        try budget.spend(files: 0, names: programs.append(format, for: entries.count - 1))
    }

    /// Adds the content of the last entry.
    mutating func append(content: [UInt8], _ budget: FileBudget) throws(LayerFault) {
        try budget.spend(files: 0, names: content.count)
        programs.append(content: content, for: entries.count - 1)
    }

    /// Releases what only further members need.
    mutating func finish() { programs.finish() }

    /// Counts the names of a member.
    mutating func count(names: Int) { nameBytes += names }
}
