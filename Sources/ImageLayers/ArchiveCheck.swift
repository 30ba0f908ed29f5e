internal import ByteIO
internal import ImageAudit

/// Checks that a tar can be a layer: it is complete, and no member leads out of the image.
struct ArchiveCheck {
    private let path: String
    private var members: TarMembers

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
            guard member != nil, let file = members.file else { return }
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
