internal import ByteIO
internal import ImageModel

/// The unfinished uploads of this user, one small file each, so that the next run can resume an upload that was killed.
///
/// The files may be removed at any time. Failures here are ignored: without an entry, an upload starts again.
package struct UploadLedger: Sendable {
    /// `nil` if no directory is available.
    private let directory: String?

    /// Smaller blobs have no entry: to send them again is faster than to request the offset.
    static let leastSize: Int64 = 1 << 20
    /// Most registries remove sessions after a day or a week.
    private static let longestSeconds: Int64 = 7 * 24 * 60 * 60

    package init(directory: String?) {
        self.directory = directory
        removeOld()
    }

    /// Finds and keeps no entries.
    package static let none = UploadLedger(directory: nil)

    /// The ledger in `$XDG_STATE_HOME/ocimerge/uploads` (default: `~/.local/state/ocimerge/uploads`).
    package static func ofUser() -> UploadLedger {
        if let state = ProcessEnvironment.value("XDG_STATE_HOME"), state.hasPrefix("/") {
            return UploadLedger(directory: state + "/ocimerge/uploads")
        }
        guard let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") else { return .none }
        return UploadLedger(directory: home + "/.local/state/ocimerge/uploads")
    }

    /// The entry of one upload; `nil` if the blob is small, the file is unusable, or another process uploads the same blob.
    /// `origin` is an address of the registry.
    func entry(
        _ digest: Digest, size: Int64, in repository: RepositoryName, at origin: WebAddress
    ) -> UploadEntry? {
        guard let directory, size >= Self.leastSize else { return nil }
        try? FileSystem.makeDirectories(directory, permissions: 0o700)
        let name = Digest(of: Array("\(repository)@\(digest)".utf8)).hex
        guard let file = try? LockedFile("\(directory)/\(name)") else { return nil }
        return UploadEntry(file, at: origin)
    }

    private func removeOld() {
        guard let directory, let names = try? FileSystem.entries(of: directory) else { return }
        for name in names where Digest(algorithm: .sha256, hex: name) != nil {
            let path = "\(directory)/\(name)"
            guard let age = FileSystem.age(of: path), age > Self.longestSeconds else { continue }
            // A locked file is in use by another process.
            if let file = try? LockedFile(path) { file.remove() }
        }
    }
}

/// The ledger entry of one upload. This process holds a lock on its file for the lifetime of the object.
final class UploadEntry: Sendable {
    private let file: LockedFile
    private let origin: WebAddress

    private static let version: Int64 = 1
    private static let limit = 32 * 1024

    init(_ file: LockedFile, at origin: WebAddress) {
        self.file = file
        self.origin = origin
    }

    /// The address of the session; `nil` if the entry is empty, unreadable or names another origin.
    var location: WebAddress? {
        guard let bytes = try? file.bytes(limit: Self.limit), let document = try? JSONDocument(parsing: bytes),
            document.root["version"]?.integer == Self.version,
            let text = document.root["location"]?.string, let location = WebAddress(parsing: text),
            location.hasSameOrigin(as: origin)
        else { return nil }
        return location
    }

    /// Stores the address of the session. An address of another origin may itself grant access, so the entry is emptied
    /// instead.
    func keep(_ location: WebAddress) {
        guard location.hasSameOrigin(as: origin) else {
            try? file.replace([])
            return
        }
        let entry: JSONText = .object([
            ("version", .integer(Self.version)), ("location", .string(location.text)),
        ])
        try? file.replace(entry.bytes)
    }

    func remove() { file.remove() }
}
