package import ByteIO

/// The files of one layer that evidence may need. Of other files only a hash of the path is kept, so that they still
/// hide files of lower layers. Memory does not depend on the size of files.
package struct LayerListing: Sendable {
    enum Entry: Sendable {
        /// A file whose kind is known from its first bytes.
        case file(ProgramFile)
        /// A file that was not read yet, with its offset in the layer.
        case unread(offset: Int64, size: Int64)
        case hardLink(String)
        case symbolicLink(String)
    }

    /// The entry at a path of this layer.
    enum Found: Sendable {
        case entry(Entry)
        case plainFile
        case directory
    }

    private(set) var entries: [String: Entry] = [:]
    /// The paths of programs and scripts without an execute bit.
    private var unexecutable: Set<String> = []
    private var plainFiles: Set<Int> = []
    private var directories: Set<Int> = []
    /// Paths of lower layers that this layer removes.
    private var whiteouts: Set<String> = []
    private var opaqueDirectories: Set<String> = []
    /// Whether the whole layer was listed.
    private(set) var isComplete = true
    /// The damage of the tar; the files before it are listed. `nil` if there is none.
    package private(set) var damage: TarError?
    /// Whether a wanted file was found, or may have been.
    private(set) var meetsWanted = true
    /// The number of programs in bin directories, if the layer was read in order.
    private(set) var binPrograms = 0
    private let window: FileWindow?

    /// A layer with more files or longer names than any real image is read to its end and not listed completely.
    private static let entryLimit = 1_000_000
    private static let nameLimit = 4096
    private static let namesLimit = 128 << 20
    private var count = 0
    private var nameBytes = 0
    /// The memory that the listing takes, in bytes; an estimate.
    var cost: Int { nameBytes + 64 * count }
    /// The limit of the cost of all listings that are kept at one time. A layer of a hundred thousand files costs 16 MB.
    package static let sumLimit = 256 << 20
    /// Arm attributes are at the end of a file. Of a stream the whole file is kept to find them.
    private static let keptLimit: Int64 = 8 << 20

    /// Reads the tar of a layer in order. Afterwards all bytes of `reader` were read, also those behind the tar.
    package init(reading reader: any ByteReader, path: String) throws(TarError) {
        window = nil
        var members = TarMembers(reader, path: path)
        do throws(TarError) {
            while let member = try members.next() { try add(member, &members) }
        } catch { try take(damage: error) }
        try members.finish()
    }

    /// Reads until `isEnough` returns true for a program or link, or until the budget is spent.
    init(
        reading reader: any ByteReader, path: String, budget: inout Int64,
        isEnough: (LayerListing, String) throws(IOFailure) -> Bool
    ) throws(TarError) {
        window = nil
        var members = TarMembers(reader, path: path)
        defer { budget -= members.position }
        do throws(TarError) {
            while let member = try members.next() {
                if try add(member, &members) {
                    let isEnough = try mapping(TarError.failed) { () throws(IOFailure) in
                        try isEnough(self, Self.key(member.name))
                    }
                    if isEnough { break }
                }
                if member.dataOffset + member.size > budget {
                    isComplete = false
                    break
                }
            }
        } catch { try take(damage: error) }
    }

    /// Reads headers only. `start` are the first bytes of the layer; `wanted` names files that may be needed even if they
    /// are not executable.
    init(of window: FileWindow, start: [UInt8], wanted: Set<String>) throws(TarError) {
        self.window = window
        meetsWanted = false
        var members = TarMembers(window, start: start)
        do throws(TarError) {
            while let member = try members.next() { list(member, wanted) }
        } catch { try take(damage: error) }
    }

    /// The listing of files that were read to the end of their layer.
    init(_ listed: ListedFiles) {
        window = nil
        let files = listed.files
        for entry in 0..<files.count { add(entry, of: files) }
        if case .tar(let error)? = listed.fault { damage = error }
        isComplete = listed.fault == nil
    }

    private mutating func add(_ entry: Int, of files: LayerFiles) {
        let path = Self.key(String(decoding: FilePath(names: files.path(of: entry)).bytes, as: UTF8.self))
        let attributes: LayerFiles.Attributes
        switch files.role(of: entry) {
        case .part: return
        case .whiteout: return _ = whiteouts.insert(path)
        case .opaque: return _ = opaqueDirectories.insert(path)
        case .file(let found): attributes = found
        }
        let link = { String(decoding: files.link(of: entry), as: UTF8.self) }
        switch attributes.kind {
        case .directory: directories.insert(path.hashValue)
        case .hardLink: put(path, .hardLink(Self.key(TarMember.normalized(link()))))
        case .symbolicLink: put(path, .symbolicLink(link()))
        default:
            let content = ProgramFile(files.keptFormat(of: entry))
            if content == .other { return addPlain(path) }
            put(path, .file(content), isExecutable: attributes.mode & 0o111 != 0)
        }
    }

    private mutating func list(_ member: TarMember, _ wanted: Set<String>) {
        guard fits(member) else { return }
        let path = Self.key(member.name)
        guard case .file = member.kind else {
            addSpecial(member, path)
            meetsWanted = meetsWanted || wanted.contains(Self.name(of: path)) && entries[path] != nil
            return
        }
        if takeWhiteout(path) { return }
        let isWanted = wanted.contains(Self.name(of: path))
        meetsWanted = meetsWanted || isWanted
        if isWanted || member.isExecutable || Self.isTelling(path) {
            put(path, .unread(offset: member.dataOffset, size: member.size), isExecutable: member.isExecutable)
        } else {
            addPlain(path)
        }
    }

    /// A failing reader is no damage of the layer. Bytes that do not start as a tar are no layer.
    private mutating func take(damage error: TarError) throws(TarError) {
        switch error {
        case .failed, .notATar: throw error
        default:
            damage = error
            isComplete = false
        }
    }

    /// Names from a hostile layer may be many and long.
    private mutating func fits(_ member: TarMember) -> Bool {
        var bytes = member.name.utf8.count
        switch member.kind {
        case .hardLink(let target), .symbolicLink(let target): bytes = max(bytes, target.utf8.count)
        case .file, .directory, .sparse, .other: break
        }
        count += 1
        guard bytes <= Self.nameLimit, count <= Self.entryLimit, nameBytes + 2 * bytes <= Self.namesLimit else {
            isComplete = false
            return false
        }
        nameBytes += 2 * bytes
        return true
    }

    // MARK: - Gathering

    /// Whether the file may be evidence, or lead to some.
    @discardableResult
    private mutating func add(_ member: TarMember, _ members: inout TarMembers) throws(TarError) -> Bool {
        guard fits(member) else { return false }
        let path = Self.key(member.name)
        guard case .file = member.kind else {
            addSpecial(member, path)
            return entries[path] != nil
        }
        if takeWhiteout(path) { return false }
        let content = try Self.content(member, &members)
        if content == .other {
            addPlain(path)
            return false
        }
        put(path, .file(content), isExecutable: member.isExecutable)
        if case .program = content, PathRole(path).isInBinDirectory { binPrograms += 1 }
        return true
    }

    private static func content(
        _ member: TarMember, _ members: inout TarMembers
    ) throws(TarError) -> ProgramFile {
        var head = try members.bytes(of: member, at: 0, count: ELFHeader.size)
        guard ProgramFile.mayBe(head) else { return .other }
        let isArm = ELFHeader(head)?.machine?.architecture == "arm" && member.size <= keptLimit
        let wanted = isArm ? Int(member.size) : ProgramFile.headSize
        head += try members.bytes(of: member, at: Int64(head.count), count: wanted - head.count)
        return ProgramFile(head) { _, _ in [] }
    }

    private mutating func addSpecial(_ member: TarMember, _ path: String) {
        switch member.kind {
        case .directory: directories.insert(path.hashValue)
        case .hardLink(let target):
            if !takeWhiteout(path) { put(path, .hardLink(Self.key(TarMember.normalized(target)))) }
        case .symbolicLink(let target): put(path, .symbolicLink(target))
        case .file, .sparse, .other: addPlain(path)
        }
    }

    private mutating func addPlain(_ path: String) {
        entries[path] = nil
        plainFiles.insert(path.hashValue)
    }

    /// The last of several members of one name counts, as in an extraction.
    private mutating func put(_ path: String, _ entry: Entry, isExecutable: Bool = true) {
        entries[path] = entry
        if isExecutable { unexecutable.remove(path) } else { unexecutable.insert(path) }
        plainFiles.remove(path.hashValue)
    }

    /// `.wh.NAME` hides NAME of the lower layers, `.wh..wh..opq` everything that they have in its directory.
    private mutating func takeWhiteout(_ path: String) -> Bool {
        let name = Self.name(of: path)
        guard name.utf8.starts(with: ".wh.".utf8) else { return false }
        let directory = Self.directory(of: path)
        if name == ".wh..wh..opq" {
            opaqueDirectories.insert(directory)
        } else if !name.utf8.starts(with: ".wh..wh.".utf8) {
            whiteouts.insert(directory.isEmpty ? String(name.dropFirst(4)) : directory + "/" + name.dropFirst(4))
        }
        return true
    }

    // MARK: - Asking

    func find(_ place: Place) -> Found? {
        if let entry = entries[place.path] { return .entry(entry) }
        if plainFiles.contains(place.hash) { return .plainFile }
        return directories.contains(place.hash) ? .directory : nil
    }

    /// Whether this layer hides the path of lower layers.
    func hides(_ place: Place) -> Bool {
        if whiteouts.contains(place.path) { return true }
        return place.directories.contains { above in
            if opaqueDirectories.contains(above.path) { return true }
            if above.path.isEmpty { return false }
            return whiteouts.contains(above.path) || plainFiles.contains(above.hash) || entries[above.path] != nil
        }
    }

    /// Whether the file at a path of this layer has an execute bit.
    func isExecutable(_ path: String) -> Bool { !unexecutable.contains(path) }

    func content(of entry: Entry) throws(IOFailure) -> ProgramFile {
        switch entry {
        case .file(let content): return content
        case .hardLink, .symbolicLink: return .other
        case .unread(let offset, let size):
            guard let window else { return .other }
            let head = try window.bytes(at: offset, count: Int(min(size, Int64(ProgramFile.headSize))))
            guard ProgramFile.mayBe(head) else { return .other }
            return try ProgramFile(head) { (place, count) throws(IOFailure) in
                guard Int64(place) <= size - Int64(count) else { return [] }
                return try window.bytes(at: offset + Int64(place), count: count)
            }
        }
    }
}
