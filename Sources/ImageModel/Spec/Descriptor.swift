internal import ByteIO

/// A reference to content: media type, digest, size, and the members that an index adds.
package struct Descriptor: Hashable, Sendable {
    package var mediaType: MediaType
    package var digest: Digest
    package var size: Int64
    package var platform: Platform?
    package var annotations: [String: String]
    package var artifactType: String?
    package var urls: [String]
    /// Whether the descriptor carries its content in `data`. The content itself is not kept here.
    package var hasEmbeddedData: Bool

    package init(
        mediaType: MediaType, digest: Digest, size: Int64, platform: Platform? = nil,
        annotations: [String: String] = [:], urls: [String] = []
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
        self.artifactType = nil
        self.urls = urls
        self.hasEmbeddedData = false
    }

    /// Whether the content may be stored elsewhere: the descriptor has `urls`, or its type is a foreign layer.
    package var isForeign: Bool { !urls.isEmpty || mediaType.isForeignLayer }
}

/// Descriptors in JSON.
extension Descriptor {
    /// `path` is the place of the descriptor, for errors. A missing media type reads as an empty one. The size is an
    /// integer that every JSON reader keeps exactly.
    package init(json: JSONValue, at path: String = "") throws(DocumentError) {
        guard json.kind == .object else {
            throw path.isEmpty ? .notAnObject : .member(path, expected: "an object")
        }
        try FoldedNames.refuseVariants(of: Self.names, in: json)
        let reading = JSONReading(json, at: path)
        let digest = try reading.digest("digest")
        guard let size = reading.member("size")?.integer, (0...Self.largestSize).contains(size) else {
            throw .member(reading.path(to: "size"), expected: "an integer from 0 to 2^53")
        }
        let platform: Platform? =
            if let member = try reading.object("platform") { try Platform.read(member) } else { nil }
        self.init(
            mediaType: MediaType(try reading.string("mediaType") ?? ""), digest: digest, size: size,
            platform: platform, annotations: try reading.annotations("annotations"), urls: try reading.strings("urls"))
        artifactType = try reading.string("artifactType")
        hasEmbeddedData = try Self.checkData(reading, digest, size)
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
