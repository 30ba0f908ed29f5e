internal import ByteIO
internal import ImageModel

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
