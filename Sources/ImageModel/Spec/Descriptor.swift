internal import ByteIO

/// A reference to content: media type, digest, size, and the members that an index adds.
package struct Descriptor: Hashable, Sendable {
    package var mediaType: MediaType
    package var digest: Digest
    package var size: Int64
    private var others: Others?

    package init(
        mediaType: MediaType, digest: Digest, size: Int64, platform: Platform? = nil,
        annotations: [String: String] = [:], urls: [String] = []
    ) {
        let others = OtherMembers(platform: platform, annotations: annotations, urls: urls)
        self.init(mediaType, digest, size, others)
    }

    private init(_ mediaType: MediaType, _ digest: Digest, _ size: Int64, _ others: OtherMembers) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.others = Others(others)
    }

    package var platform: Platform? {
        get { others?.members.platform }
        set { change { $0.platform = newValue } }
    }

    package var annotations: [String: String] {
        get { others?.members.annotations ?? [:] }
        set { change { $0.annotations = newValue } }
    }

    package var artifactType: String? { others?.members.artifactType }
    package var urls: [String] {
        get { others?.members.urls ?? [] }
        set { change { $0.urls = newValue } }
    }

    /// Whether the descriptor carries its content in `data`. The content itself is not kept here.
    package var hasEmbeddedData: Bool { others?.members.hasEmbeddedData ?? false }

    private mutating func change(_ change: (inout OtherMembers) -> Void) {
        var members = others?.members ?? OtherMembers()
        change(&members)
        others = Others(members)
    }

    /// The members that most descriptors lack. A graph has a descriptor for every layer of every image, so these are kept
    /// apart, and only if there is one.
    private struct OtherMembers: Hashable, Sendable {
        var platform: Platform?
        var annotations: [String: String] = [:]
        var artifactType: String?
        var urls: [String] = []
        var hasEmbeddedData = false
    }

    private final class Others: Hashable, Sendable {
        let members: OtherMembers

        /// `nil` if all members are absent.
        init?(_ members: OtherMembers) {
            if members == OtherMembers() { return nil }
            self.members = members
        }

        static func == (left: Others, right: Others) -> Bool { left.members == right.members }

        func hash(into hasher: inout Hasher) { hasher.combine(members) }
    }

    /// Whether the content may be stored elsewhere: the descriptor has `urls`, or its type is a foreign layer.
    package var isForeign: Bool { !urls.isEmpty || mediaType.isForeignLayer }
}

/// Descriptors in JSON.
extension Descriptor {
    /// `path` is the place of the descriptor, for errors. A missing media type reads as an empty one. The size is an
    /// integer that every JSON reader keeps exactly.
    package init(json: JSONValue, at path: String = "") throws(DocumentError) {
        try self.init(JSONReading(json, at: path))
    }

    init(_ reading: JSONReading) throws(DocumentError) {
        guard reading.value.kind == .object else {
            throw reading.path.isEmpty ? .notAnObject : .member(reading.path, expected: "an object")
        }
        try FoldedNames.refuseVariants(of: Self.names, in: reading.value)
        let digest = try reading.digest("digest")
        guard let size = try reading.require(reading.member("size"), "size").integer,
            (0...Self.largestSize).contains(size)
        else {
            throw .member(reading.path(to: "size"), expected: "an integer from 0 to 2^53")
        }
        var others = OtherMembers()
        if let member = try reading.object("platform") { others.platform = try Platform.read(member) }
        let mediaType = MediaType(try reading.string("mediaType") ?? "")
        others.annotations = try reading.annotations("annotations")
        others.urls = try reading.strings("urls")
        others.artifactType = try reading.string("artifactType")
        others.hasEmbeddedData = try Self.checkData(reading, digest, size)
        self.init(mediaType, digest, size, others)
    }

    /// Returns whether there is embedded `data`. It must be the content: some readers use it instead of the blob.
    private static func checkData(
        _ reading: JSONReading, _ digest: Digest, _ size: Int64
    ) throws(DocumentError) -> Bool {
        guard let text = try reading.string("data") else { return false }
        guard let bytes = Base64.bytes(text), Int64(bytes.count) == size,
            Digest(of: bytes, algorithm: digest.algorithm) == digest
        else { throw .member(reading.path(to: "data"), expected: "the content of \(digest) in base64") }
        return true
    }

    /// In the order of the members of Go's structure, annotations sorted, embedded data left out.
    package var json: JSONText {
        var members: [JSONText.Member] = [
            .init("mediaType", .string(mediaType.rawValue)),
            .init("digest", .string(digest.description)),
            .init("size", .integer(size)),
        ]
        if !urls.isEmpty { members.append(.init("urls", .array(urls.map { .string($0) }))) }
        if !annotations.isEmpty {
            let sorted = annotations.sorted { $0.key < $1.key }.map { JSONText.Member($0.key, .string($0.value)) }
            members.append(.init("annotations", .object(sorted)))
        }
        if let platform { members.append(.init("platform", platform.json)) }
        if let artifactType { members.append(.init("artifactType", .string(artifactType))) }
        return .object(members)
    }

    private static let largestSize: Int64 = 1 << 53

    private static let names: Set<String> = [
        "mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType",
    ]
}

/// The attestations that BuildKit puts beside an image: manifests that refer to another manifest.
extension Descriptor {
    /// Whether the descriptor names an attestation.
    package var isAttestation: Bool {
        annotations["vnd.docker.reference.type"] == "attestation-manifest"
            || platform?.isUnknown == true && attested != nil
    }

    package static let attestedKey = "vnd.docker.reference.digest"

    /// The digest of the manifest that the attestation describes, as written; `nil` if it names none.
    package var attested: String? { annotations[Self.attestedKey] }
}
