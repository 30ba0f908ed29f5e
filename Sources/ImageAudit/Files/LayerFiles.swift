internal import ByteIO

/// The members of one layer: its files, and marks that hide files of the layers below.
struct LayerFiles: Sendable {
    struct File: Sendable {
        let path: FilePath
        let kind: FileMember.Kind
        let mode: Int
        let user: Int64
        let group: Int64
        let size: Int64
        /// The target of a link as it is written.
        let link: [UInt8]
        /// The offset of the content in the tar.
        let offset: Int64
        /// The SHA-256 of the content; empty if it was not computed.
        let hash: [UInt8]
    }

    enum Member: Sendable {
        case file(File)
        /// Hides the file at this path in the layers below.
        case whiteout(FilePath)
        /// Hides everything that the layers below have in this directory.
        case opaque(FilePath)
    }

    /// In the order of the tar.
    private(set) var members: [Member] = []
    /// The length of all names and targets.
    private(set) var nameBytes = 0

    /// Longer than any path that a kernel accepts.
    static let nameLimit = 4096

    /// Reads `reader` to its end, also the bytes behind the tar.
    init(reading reader: any ByteReader, path: String, hashing: Bool, _ budget: FileBudget) throws(LayerFault) {
        var tar = TarMembers(reader, path: path, describesFiles: true)
        while let member = try mapping(LayerFault.tar, { () throws(TarError) in try tar.next() }) {
            guard let file = tar.file else { continue }
            try budget.spend(names: file.name.count + file.link.count)
            nameBytes += file.name.count + file.link.count
            try add(file, member, hashing: hashing, &tar)
        }
        try mapping(LayerFault.tar) { () throws(TarError) in try tar.finish() }
    }

    private mutating func add(
        _ file: FileMember, _ member: TarMember, hashing: Bool, _ tar: inout TarMembers
    ) throws(LayerFault) {
        let given = FilePath(file.name)
        guard file.name.count <= Self.nameLimit, file.link.count <= Self.nameLimit, let path = given.withoutClimbing
        else { throw .invalidName(given) }
        if path.bytes.isEmpty, file.kind != .directory { throw .invalidName(given) }
        if try takeWhiteout(path) { return }
        if case .unknown(let type) = file.kind { throw .unknownType(path, type) }
        let hash = hashing && file.kind == .file ? try Self.hash(of: member, &tar) : []
        members.append(
            .file(
                File(
                    path: path, kind: file.kind, mode: file.mode, user: file.user, group: file.group, size: file.size,
                    link: file.link, offset: member.dataOffset, hash: hash)))
    }

    private static func hash(of member: TarMember, _ tar: inout TarMembers) throws(LayerFault) -> [UInt8] {
        var hasher = ContentHasher()
        try tar.content(of: member, LayerFault.tar) { (bytes) throws(LayerFault) in hasher.update(bytes) }
        return hasher.digest()
    }

    private static let whiteout = Array(".wh.".utf8)
    private static let opaque = Array(".wh..wh..opq".utf8)
    private static let aufs = Array(".wh..wh.".utf8)
    private static let links = Array(".wh..wh.plnk".utf8)

    /// The directory in which AUFS stores files with several names. They are targets of links; the directory itself is
    /// no part of the image.
    static let linkDirectory = FilePath(links)

    /// `.wh.NAME` hides NAME of the layers below, `.wh..wh..opq` everything that they have in its directory.
    private mutating func takeWhiteout(_ path: FilePath) throws(LayerFault) -> Bool {
        let name = path.name
        guard name.starts(with: Self.whiteout) else { return false }
        if name == Self.opaque {
            members.append(.opaque(path.directory))
        } else if !name.starts(with: Self.aufs) {
            let hidden = FileName(name.dropFirst(Self.whiteout.count))
            if hidden.isEmpty || hidden == FilePath.here || hidden == FilePath.parent { throw .invalidName(path) }
            members.append(.whiteout(path.directory.appending(hidden)))
        } else if name == Self.links {
            return false
        }
        return true
    }
}
