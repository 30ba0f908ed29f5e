internal import ByteIO

extension LayerFiles {
    /// Reads `reader` to its end, also the bytes behind the tar.
    init(reading reader: any ByteReader, path: String, hashing: Bool, _ budget: FileBudget) throws(LayerFault) {
        self.init()
        var reading = LayerFilesReading(budget: budget)
        var tar = TarMembers(reader, path: path, describesFiles: true)
        while let member = try mapping(LayerFault.tar, { () throws(TarError) in try tar.next() }) {
            guard let file = tar.file, let kept = try reading.add(file, member, to: &self) else { continue }
            if hashing, kept.kind == .file { append(hash: try Self.hash(of: member, &tar)) }
        }
        try mapping(LayerFault.tar) { () throws(TarError) in try tar.finish() }
    }

    private static func hash(of member: TarMember, _ tar: inout TarMembers) throws(LayerFault) -> [UInt8] {
        var hasher = ContentHasher()
        try tar.content(of: member, LayerFault.tar) { (bytes) throws(LayerFault) in hasher.update(bytes) }
        return hasher.digest()
    }

    /// The directory in which AUFS stores files with several names. They are targets of links; the directory itself is
    /// no part of the image.
    static let linkDirectory = Array(".wh..wh.plnk".utf8)
}

/// Adds members to the list of a layer. Consecutive members share the entries of their directories.
private struct LayerFilesReading {
    let budget: FileBudget
    private var known = LayerFiles.KnownRoles()
    /// The last path without its mark, and the entries of its parts, each with the end of the part.
    private var last: [UInt8] = []
    private var parts: [(entry: Int, end: Int)] = []

    init(budget: FileBudget) { self.budget = budget }

    /// Returns `nil` if the member is a mark.
    mutating func add(
        _ file: FileMember, _ member: TarMember, to list: inout LayerFiles
    ) throws(LayerFault) -> FileMember? {
        let nameBytes = file.name.count + file.link.count
        try budget.spend(names: nameBytes)
        list.count(names: nameBytes)
        let given = FilePath(file.name)
        guard file.name.count <= LayerFiles.nameLimit, file.link.count <= LayerFiles.nameLimit,
            let path = given.withoutClimbing
        else { throw .invalidName(given) }
        if path.bytes.isEmpty, file.kind != .directory { throw .invalidName(given) }
        let place = path.bytes.lastIndex(of: FilePath.slash).map { $0 + 1 } ?? 0
        if try addMark(path, place, to: &list) { return nil }
        if case .unknown(let type) = file.kind { throw .unknownType(path, type) }
        let attributes = LayerFiles.Attributes(
            kind: file.kind, mode: file.mode, user: file.user, group: file.group)
        let role = try list.number(of: .file(attributes), &known, budget)
        let parent = try directory(path.bytes[..<place], of: &list)
        list.append(path.bytes[place...], in: parent, role: role, file, offset: member.dataOffset)
        enter(path.bytes[...], list.count - 1)
        return file
    }

    // MARK: - Marks

    private static let whiteout = Array(".wh.".utf8)
    private static let opaque = Array(".wh..wh..opq".utf8)
    private static let aufs = Array(".wh..wh.".utf8)

    /// `.wh.NAME` hides NAME of the layers below, `.wh..wh..opq` everything that they have in its directory. The last
    /// name of the path begins at `place`. Returns whether the path is a mark.
    private mutating func addMark(
        _ path: FilePath, _ place: Int, to list: inout LayerFiles
    ) throws(LayerFault) -> Bool {
        let name = path.bytes[place...]
        guard name.starts(with: Self.whiteout) else { return false }
        if name.elementsEqual(Self.opaque) {
            let role = try list.number(of: .opaque, &known, budget)
            list.append([], in: try directory(path.bytes[..<place], of: &list), role: role)
        } else if !name.starts(with: Self.aufs) {
            let hidden = FileName(name.dropFirst(Self.whiteout.count))
            if hidden.isEmpty || hidden == FilePath.here || hidden == FilePath.parent { throw .invalidName(path) }
            let role = try list.number(of: .whiteout, &known, budget)
            list.append(hidden, in: try directory(path.bytes[..<place], of: &list), role: role)
        } else if name.elementsEqual(LayerFiles.linkDirectory) {
            return false
        }
        return true
    }

    // MARK: - Directories

    /// The estimated cost of an entry that is a part of a path.
    private static let partCost = 32

    /// The entry of a directory; `nil` for the root. `path` ends in a slash. Entries of the last path are used again.
    private mutating func directory(
        _ path: ArraySlice<UInt8>, of list: inout LayerFiles
    ) throws(LayerFault) -> Int? {
        leave(path)
        var start = parts.last.map { $0.end + 1 } ?? 0
        while start < path.count {
            let end = path[start...].firstIndex(of: FilePath.slash) ?? path.count
            try budget.spend(files: 0, names: Self.partCost + end - start)
            let role = try list.number(of: .part, &known, budget)
            list.append(path[start..<end], in: parts.last?.entry, role: role)
            enter(path[..<end], list.count - 1)
            start = end + 1
        }
        return parts.last?.entry
    }

    /// Keeps the parts of the last path that are directories of `path`, which ends in a slash.
    private mutating func leave(_ path: ArraySlice<UInt8>) {
        var common = 0
        while common < path.count, common < last.count, path[common] == last[common] { common += 1 }
        while let part = parts.last {
            if part.end <= common, part.end < path.count, path[part.end] == FilePath.slash { break }
            parts.removeLast()
        }
        last.removeLast(last.count - (parts.last?.end ?? 0))
    }

    /// `path` continues the last path by one part.
    private mutating func enter(_ path: ArraySlice<UInt8>, _ entry: Int) {
        if path.isEmpty { return }
        last += path[last.count...]
        parts.append((entry, path.count))
    }
}
