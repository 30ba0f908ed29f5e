/// Descriptors as documents write them.
extension Descriptor {
    /// `path` is where the descriptor stands, for errors. A missing media type reads as an empty one; the size is an
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
        hasEmbeddedData = reading.member("data") != nil
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
