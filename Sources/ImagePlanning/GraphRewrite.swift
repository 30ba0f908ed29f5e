internal import ImageModel

/// Changes documents of a graph and everything that refers to them: manifest after config, index after manifest,
/// attestation reference after manifest. Bytes that no change names stay as they were.
struct GraphRewrite {
    /// By the digest of the document to be changed.
    var changes: [Digest: [JSONChange]] = [:]
    /// What an index shall say of the platform of that manifest (by its old digest).
    var platforms: [Digest: Platform] = [:]

    private static let attestationKey = "vnd.docker.reference.digest"

    /// What became of what, for reports about signatures that no longer fit.
    private(set) var renamed: [Digest: Document] = [:]
    private var visited: Set<Digest> = []

    mutating func apply(to graph: inout ImageGraph) throws(GraphError) {
        for root in graph.roots { try visit(root.descriptor.digest, &graph) }
        // An index of which only a child was chosen may hold the attestation of that child.
        for index in graph.documents.values.filter(\.mediaType.isIndex).map(\.digest).sorted() {
            try visit(index, &graph)
        }
        for number in graph.roots.indices {
            var root = graph.roots[number]
            let changes = entryChanges(root.descriptor, at: [], setsMissingPlatform: false)
            guard !changes.isEmpty else { continue }
            if let entry = root.entry { root.entry = try edit(entry, changes, root.descriptor.digest) }
            if let platform = platforms[root.descriptor.digest], root.descriptor.platform != nil {
                root.descriptor.platform = platform
            }
            if let new = renamed[root.descriptor.digest] {
                root.descriptor.digest = new.digest
                root.descriptor.size = Int64(new.bytes.count)
            }
            graph.roots[number] = root
        }
    }

    private mutating func visit(_ digest: Digest, _ graph: inout ImageGraph) throws(GraphError) {
        guard visited.insert(digest).inserted, let document = graph.documents[digest] else { return }
        var own = changes[digest] ?? []
        if document.mediaType.isIndex, let index = try graph.index(digest) {
            for entry in index.manifests { try visit(entry.descriptor.digest, &graph) }
            for (number, entry) in index.manifests.enumerated() {
                let path: [JSONStep] = [.key("manifests"), .index(number)]
                own += entryChanges(entry.descriptor, at: path, setsMissingPlatform: true)
            }
        } else if document.mediaType.isManifest, let manifest = try graph.manifest(digest) {
            try visit(manifest.config.digest, &graph)
            own += entryChanges(manifest.config, at: [.key("config")], setsMissingPlatform: false)
        }
        guard !own.isEmpty else { return }
        let bytes = try edit(document.bytes, own, digest)
        guard bytes != document.bytes else { return }
        let new = Document(bytes, mediaType: document.mediaType, algorithm: digest.algorithm)
        graph.insert(new)
        renamed[digest] = new
    }

    private func entryChanges(_ descriptor: Descriptor, at path: [JSONStep], setsMissingPlatform: Bool) -> [JSONChange]
    {
        var changes: [JSONChange] = []
        if let new = renamed[descriptor.digest] {
            changes.append(JSONChange(path + [.key("digest")], to: .string(new.digest.description)))
            changes.append(JSONChange(path + [.key("size")], to: .integer(Int64(new.bytes.count))))
            // A copy of the old content in the descriptor would contradict the new digest.
            if descriptor.hasEmbeddedData { changes.append(JSONChange(path + [.key("data")], to: nil)) }
        }
        if let platform = platforms[descriptor.digest], descriptor.platform != nil || setsMissingPlatform {
            changes += PlatformEdit.changes(to: platform, from: descriptor.platform, at: path + [.key("platform")])
        }
        if let text = descriptor.annotations[Self.attestationKey], let subject = try? Digest(parsing: text),
            let new = renamed[subject]
        {
            let place: [JSONStep] = path + [.key("annotations"), .key(Self.attestationKey)]
            changes.append(JSONChange(place, to: .string(new.digest.description)))
        }
        return changes
    }

    private func edit(_ bytes: [UInt8], _ changes: [JSONChange], _ digest: Digest) throws(GraphError) -> [UInt8] {
        do throws(JSONEditError) { return try JSONEdit.applying(changes, to: bytes) } catch {
            throw .edit(digest, error)
        }
    }
}
