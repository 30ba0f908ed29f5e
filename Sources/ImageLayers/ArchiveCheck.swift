internal import ByteIO
internal import ImageAudit
internal import ImageModel

/// Checks that a tar can be a layer: it is complete, no member leads out of the image, and it is no archive of images.
struct ArchiveCheck {
    private let path: String
    private var members: TarMembers
    private var signs = ImageArchiveSigns()

    /// Reads headers alone.
    init(_ window: FileWindow) {
        path = window.path
        members = TarMembers(window, describesFiles: true, isWhole: true)
    }

    init(_ content: any ByteReader, path: String) {
        self.path = path
        members = TarMembers(content, path: path, describesFiles: true, isWhole: true)
    }

    mutating func run() throws(LayerMakingError) {
        while true {
            try mapping(LayerMakingError.io) { () throws(IOFailure) in try Interruption.check(.read, path) }
            let member: TarMember?
            do throws(TarError) { member = try members.next() } catch {
                if case .failed(let failure) = error { throw .io(failure) }
                throw .tar(error)
            }
            guard member != nil, let file = members.file else {
                if signs.areConclusive { throw .imageArchive(path) }
                return
            }
            signs.add(file.name)
            if let flaw = Self.flaw(of: file) {
                throw .member(archive: path, name: String(decoding: file.name, as: UTF8.self), flaw)
            }
        }
    }

    private static func flaw(of file: FileMember) -> LayerMakingError.MemberFlaw? {
        if file.name.first == UInt8(ascii: "/") { return .absolute }
        if climbs(file.name) { return .climbing }
        let name = FilePath(file.name)
        if name.bytes.isEmpty, file.kind != .directory { return .noName }
        if max(file.name.count, file.link.count) > LayerFiles.nameLimit {
            return .longName(limit: LayerFiles.nameLimit)
        }
        if case .unknown(let type) = file.kind { return .type(type) }
        if file.kind == .hardLink, file.link.first == UInt8(ascii: "/") || climbs(file.link) {
            return .linkTarget(String(decoding: file.link, as: UTF8.self))
        }
        return nil
    }

    private static func climbs(_ name: [UInt8]) -> Bool { FilePath(name).names.contains(Array("..".utf8)) }
}

/// The members that an archive of images has: an OCI layout, or the result of `docker save`.
private struct ImageArchiveSigns {
    private var hasMarker = false
    private var hasIndex = false
    private var hasManifest = false
    private var hasLayer = false

    mutating func add(_ name: [UInt8]) {
        let names = FilePath(name).names.map { String(decoding: $0, as: UTF8.self) }
        switch names.first {
        case "oci-layout" where names.count == 1: hasMarker = true
        case "index.json" where names.count == 1: hasIndex = true
        case "manifest.json" where names.count == 1: hasManifest = true
        case "repositories" where names.count == 1: hasLayer = true
        case let name?:
            if Self.isDigest(name) || LayoutPath(parsing: names.joined(separator: "/")) != nil { hasLayer = true }
        case nil: break
        }
    }

    /// Whether the name is the hash of a config or layer: of a file with a suffix such as `.json`, of a directory, or with
    /// a prefix such as `sha256:`.
    private static func isDigest(_ name: String) -> Bool {
        let prefix = "sha256:"
        let stem = (name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]).prefix { $0 != "." }
        return Digest(algorithm: .sha256, hex: stem) != nil
    }

    var areConclusive: Bool { hasMarker && hasIndex || hasManifest && hasLayer }
}
