/// Everything to which a JSON document of whatever kind leads, for those who must not overlook anything: names count in
/// any case, as Go's readers take them, and what is malformed leads nowhere.
package struct DocumentReferences: Sendable {
    /// Documents, as an index names them.
    package let children: [Descriptor]
    /// Whatever else it needs.
    package let contents: [Descriptor]
    /// What the document speaks of, without needing it.
    package let subject: Descriptor?

    package init(bytes: [UInt8]) throws(JSONError) {
        var children: [Descriptor] = []
        var contents: [Descriptor] = []
        var subject: Descriptor?
        for (name, value) in try JSONDocument(parsing: bytes).root.members {
            switch name.lowercased() {
            case "manifests": children += value.elements.compactMap(Self.descriptor)
            case "layers", "blobs": contents += value.elements.compactMap(Self.descriptor)
            case "config": contents += [value].compactMap(Self.descriptor)
            case "subject": subject = Self.descriptor(value) ?? subject
            default: break
            }
        }
        self.children = children
        self.contents = contents
        self.subject = subject
    }

    package var isEmpty: Bool { children.isEmpty && contents.isEmpty && subject == nil }

    private static func descriptor(_ value: JSONValue) -> Descriptor? {
        if let strict = try? Descriptor(json: value) { return strict }
        let members = Dictionary(
            value.members.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let text = members["digest"]?.string, let digest = try? Digest(parsing: text) else { return nil }
        let size = members["size"]?.integer ?? 0
        return Descriptor(mediaType: MediaType(members["mediatype"]?.string ?? ""), digest: digest, size: max(size, 0))
    }
}
