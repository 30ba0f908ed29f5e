internal import ImageModel
internal import Registry

/// The list of what refers to an image, kept under a tag where a registry does not keep it itself (distribution-spec 1.1,
/// "Referrers Tag Schema"). Lists that others wrote keep every byte but what is added.
struct ReferrersFallback: Sendable {
    private let client: RepositoryClient

    init(_ client: RepositoryClient) { self.client = client }

    static func hasSubject(_ document: Document) -> Bool { subject(of: document) != nil }

    /// One after the other: a list that two write at once loses what one of them wrote.
    func add(_ document: Document) throws {
        guard let subject = Self.subject(of: document) else { return }
        let tag = "\(subject.algorithm.rawValue)-\(subject.hex)"
        let existing = try client.manifest(.tag(tag))
        let known = try existing.map { try IndexView(bytes: $0.bytes).manifests.map(\.descriptor.digest) } ?? []
        if known.contains(document.digest) { return }
        let entry = try Self.entry(document).bytes
        let bytes: [UInt8]
        if let existing {
            bytes = try JSONEdit.applying(to: existing.bytes, array: "manifests", removing: [], appending: [entry])
        } else {
            let index: JSONText = .object([
                ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociIndex.rawValue)),
                ("manifests", .array([.raw(entry)])),
            ])
            bytes = index.bytes
        }
        _ = try client.put(Document(bytes, mediaType: existing?.mediaType ?? .ociIndex), as: .tag(tag))
    }

    private static func subject(of document: Document) -> Digest? {
        guard let root = (try? JSONDocument(parsing: document.bytes))?.root,
            let text = root["subject"]?["digest"]?.string
        else { return nil }
        return try? Digest(parsing: text)
    }

    /// What the referrers API would say of it: a manifest without a type of its own is of the type of its config.
    private static func entry(_ document: Document) throws -> JSONText {
        let root = try JSONDocument(parsing: document.bytes).root
        var members: [(String, JSONText)] = [
            ("mediaType", .string(document.mediaType.rawValue)),
            ("digest", .string(document.digest.description)),
            ("size", .integer(Int64(document.bytes.count))),
        ]
        let type = root["artifactType"]?.string ?? ""
        if let type = type.isEmpty ? root["config"]?["mediaType"]?.string : type {
            members.append(("artifactType", .string(type)))
        }
        if let annotations = root["annotations"], annotations.kind == .object {
            members.append(("annotations", .raw(Array(annotations.rawBytes))))
        }
        return .object(members)
    }
}
