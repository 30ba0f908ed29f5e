internal import ByteIO
internal import ImageModel

/// What uploads this user has begun and not ended, by all processes: one small file each, so that the next run can go on
/// where one that was killed stopped. Safe to remove at any time. Nothing here is ever an error: without it, an upload
/// simply begins anew.
package struct UploadLedger: Sendable {
    /// nil: there is no place for it.
    private let directory: String?

    /// Smaller blobs are sent again sooner than a registry is asked for them.
    static let worthwhile: Int64 = 1 << 20
    /// Registries forget sessions, mostly after a day or a week.
    private static let longestSeconds: Int64 = 7 * 24 * 60 * 60

    package init(directory: String?) {
        self.directory = directory
        removeOld()
    }

    /// No entry is ever found nor kept.
    package static let none = UploadLedger(directory: nil)

    /// `$XDG_STATE_HOME/ocimerge/uploads`, below `~/.local/state` unless set.
    package static func ofUser() -> UploadLedger {
        if let state = ProcessEnvironment.value("XDG_STATE_HOME"), state.hasPrefix("/") {
            return UploadLedger(directory: state + "/ocimerge/uploads")
        }
        guard let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") else { return .none }
        return UploadLedger(directory: home + "/.local/state/ocimerge/uploads")
    }

    /// nil: it is not worth it, or it cannot be had, as when another process is at this very blob. `origin`: the
    /// registry's own.
    func entry(
        _ digest: Digest, size: Int64, in repository: RepositoryName, at origin: WebAddress
    ) -> UploadEntry? {
        guard let directory, size >= Self.worthwhile else { return nil }
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
            // Whoever holds it is at work with it.
            if let file = try? LockedFile(path) { file.remove() }
        }
    }
}

/// One upload that goes on, or will. It belongs to this process as long as it is held.
final class UploadEntry: Sendable {
    private let file: LockedFile
    /// The registry's own.
    private let origin: WebAddress

    private static let version: Int64 = 1
    private static let limit = 32 * 1024

    init(_ file: LockedFile, at origin: WebAddress) {
        self.file = file
        self.origin = origin
    }

    /// Where the upload goes on; nil: nothing that could be used. Only the registry itself is asked.
    var location: WebAddress? {
        guard let bytes = try? file.bytes(limit: Self.limit), let document = try? JSONDocument(parsing: bytes),
            document.root["version"]?.integer == Self.version,
            let text = document.root["location"]?.string, let location = WebAddress(parsing: text),
            location.hasSameOrigin(as: origin)
        else { return nil }
        return location
    }

    /// What leads to another host is not used, and whoever holds it needs no other key: it is not kept.
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
