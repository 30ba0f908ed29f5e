package import ByteIO

/// What a list of files keeps of their contents.
package enum FileDetail: Sendable {
    case nothing
    /// The hash of each regular file.
    case hashes
    /// The formats of programs, and the content of files that decide how programs start.
    case formats
}

extension LayerFiles {
    /// Reads `reader` to its end, also the bytes behind the tar.
    package init(
        reading reader: any ByteReader, path: String, keeping detail: FileDetail, budget: FileBudget
    ) throws(LayerFault) {
        self.init()
        if let fault = read(reader, path: path, keeping: detail, budget: budget) { throw fault }
    }

    /// Reads `reader` to its end. Members with faults are left out; the first fault is returned. `nil` if there is none.
    mutating func read(
        _ reader: any ByteReader, path: String, keeping detail: FileDetail, budget: FileBudget
    ) -> LayerFault? {
        var reading = LayerFilesReading(budget: budget)
        var tar = TarMembers(reader, path: path, describesFiles: true)
        var fault: LayerFault?
        do throws(TarError) {
            while let member = try tar.next() {
                if case .tooManyFiles? = fault { continue }
                do throws(LayerFault) { try add(member, &tar, &reading, keeping: detail) } catch {
                    if case .tar(let damage) = error { throw damage }
                    fault = fault ?? error
                }
            }
            try tar.finish()
        } catch {
            // The damage decides whether other readers accept the layer.
            fault = .tar(error)
        }
        finish()
        return fault
    }

    private mutating func add(
        _ member: TarMember, _ tar: inout TarMembers, _ reading: inout LayerFilesReading, keeping detail: FileDetail
    ) throws(LayerFault) {
        guard let file = tar.file, try reading.add(file, member, to: &self), file.kind == .file else { return }
        switch detail {
        case .nothing: break
        case .hashes: append(hash: try Self.hash(of: member, &tar))
        case .formats: try keepFormat(of: member, &tar, reading.budget)
        }
    }

    /// Reads the headers of a plain tar. Formats and contents are read when they are asked for. `start` are the first
    /// bytes of the window if the caller has read them already.
    package init(of window: FileWindow, start: [UInt8] = [], budget: FileBudget) throws(LayerFault) {
        self.init(window: window)
        var reading = LayerFilesReading(budget: budget)
        var tar = TarMembers(window, start: start, describesFiles: true)
        while let member = try mapping(LayerFault.tar, { () throws(TarError) in try tar.next() }) {
            if let file = tar.file { _ = try reading.add(file, member, to: &self) }
        }
    }

    private static func hash(of member: TarMember, _ tar: inout TarMembers) throws(LayerFault) -> [UInt8] {
        var hasher = ContentHasher()
        try tar.content(of: member, LayerFault.tar) { (bytes) throws(LayerFault) in hasher.update(bytes) }
        return hasher.digest()
    }

    /// Reads as little as possible of the last member.
    private mutating func keepFormat(
        of member: TarMember, _ tar: inout TarMembers, _ budget: FileBudget
    ) throws(LayerFault) {
        let entry = count - 1
        var file = StreamedFile(member)
        func bytes(_ offset: Int, _ count: Int) throws(LayerFault) -> [UInt8] {
            try mapping(LayerFault.tar) { () throws(TarError) in try file.bytes(at: offset, count: count, &tar) }
        }
        if member.size <= ProgramDetails.contentLimit, ProgramDetails.needsContent(name(of: entry)) {
            let content = try bytes(0, Int(member.size))
            try append(content: content, budget)
        }
        guard ProgramFile.mayBe(try bytes(0, 2)) else { return }
        switch try FileFormat(size: member.size, bytes: bytes) {
        case .other, .empty: break
        case let format: try append(format, budget)
        }
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

    /// Whether the member is a file. Others are marks.
    mutating func add(
        _ file: FileMember, _ member: TarMember, to list: inout LayerFiles
    ) throws(LayerFault) -> Bool {
        let nameBytes = file.name.count + file.link.count
        try budget.spend(names: nameBytes)
        list.count(names: nameBytes)
        let given = FilePath(file.name)
        guard file.name.count <= LayerFiles.nameLimit, file.link.count <= LayerFiles.nameLimit,
            let path = given.withoutClimbing
        else { throw .invalidName(given) }
        if path.bytes.isEmpty, file.kind != .directory { throw .invalidName(given) }
        let place = path.bytes.lastIndex(of: FilePath.slash).map { $0 + 1 } ?? 0
        if try addMark(path, place, to: &list) { return false }
        if case .unknown(let type) = file.kind { throw .unknownType(path, type) }
        let attributes = LayerFiles.Attributes(
            kind: file.kind, mode: file.mode, user: file.user, group: file.group)
        let role = try list.number(of: .file(attributes), &known, budget)
        let parent = try directory(path.bytes[..<place], of: &list)
        list.append(path.bytes[place...], in: parent, role: role, file, offset: member.dataOffset)
        enter(path.bytes[...], list.count - 1)
        return true
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
