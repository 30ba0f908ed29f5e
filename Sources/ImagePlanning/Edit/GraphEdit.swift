package import ImageModel

/// Changes documents of a graph and everything that refers to them: manifest after config, index after manifest,
/// attestation reference after manifest. Bytes that no change names stay as they were.
struct GraphRewrite {
    /// By the digest of the document to be changed.
    var changes: [Digest: [JSONChange]] = [:]
    /// What a document becomes when it is changed; descriptors of it say so.
    var types: [Digest: MediaType] = [:]
    /// What the config of that manifest (by its old digest), and whatever says a platform of it, shall say.
    var platforms: [Digest: Platform] = [:]
    /// The `index.json` of a layout, where it is itself a document of the graph: it need not say platforms.
    var top: Digest?

    /// What became of what, for reports about signatures that no longer fit.
    private(set) var renamed: [Digest: Document] = [:]
    /// Every change that was made, children before parents.
    private(set) var edits: [DocumentEdit] = []
    /// The same by digests, old and new.
    private var made: [Digest: Set<Digest>] = [:]
    private var visited: Set<Digest> = []

    mutating func apply(to graph: inout ImageGraph) throws(GraphError) {
        for root in graph.roots { try visit(root.descriptor.digest, &graph) }
        // An index of which only a child was chosen may hold the attestation of that child.
        for index in graph.documents.values.filter(\.mediaType.isIndex).map(\.digest).sorted() {
            try visit(index, &graph)
        }
        for number in graph.roots.indices {
            var root = graph.roots[number]
            let old = root.descriptor.digest
            let new = renamed[old]
            let changes = entryChanges(root.descriptor, became: new, at: [], setsMissingPlatform: false)
            guard !changes.isEmpty else { continue }
            if let entry = root.entry { root.entry = try edit(entry, changes, old) }
            if let platform = platforms[old], root.descriptor.platform != nil {
                root.descriptor.platform = platform
            }
            if let new {
                root.descriptor.digest = new.digest
                root.descriptor.size = Int64(new.bytes.count)
                if let type = types[old] { root.descriptor.mediaType = type }
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
                own += entryChanges(
                    entry.descriptor, became: renamed[entry.descriptor.digest], at: path,
                    setsMissingPlatform: digest != top)
            }
        } else if document.mediaType.isManifest, let manifest = try graph.manifest(digest) {
            let config = try rewrittenConfig(of: manifest, digest, &graph)
            own += entryChanges(manifest.config, became: config, at: [.key("config")], setsMissingPlatform: false)
        }
        if let new = try rewritten(document, own, &graph) { renamed[digest] = new }
    }

    /// Each manifest has the config that its own platform asks for, also where two share one that only one of them
    /// shall change.
    private mutating func rewrittenConfig(
        of manifest: ManifestView, _ digest: Digest, _ graph: inout ImageGraph
    ) throws(GraphError) -> Document? {
        guard let platform = platforms[digest] else {
            try visit(manifest.config.digest, &graph)
            return renamed[manifest.config.digest]
        }
        guard let config = graph.documents[manifest.config.digest] else { throw .absentConfig(digest) }
        let current = try graph.config(config.digest)?.platform
        guard PlatformEdit.isNeeded(to: platform, from: current) else { return nil }
        return try rewritten(config, PlatformEdit.changes(to: platform, from: current, at: []), &graph)
    }

    /// nil: the changes change nothing.
    private mutating func rewritten(
        _ document: Document, _ changes: [JSONChange], _ graph: inout ImageGraph
    ) throws(GraphError) -> Document? {
        guard !changes.isEmpty else { return nil }
        let bytes = try edit(document.bytes, changes, document.digest)
        guard bytes != document.bytes else { return nil }
        let type = types[document.digest] ?? document.mediaType
        let new = Document(bytes, mediaType: type, algorithm: document.digest.algorithm)
        graph.insert(new)
        let edit = DocumentEdit(before: document, after: new)
        if made[document.digest, default: []].insert(new.digest).inserted { edits.append(edit) }
        return new
    }

    private func entryChanges(
        _ descriptor: Descriptor, became new: Document?, at path: [JSONStep], setsMissingPlatform: Bool
    ) -> [JSONChange] {
        var changes: [JSONChange] = []
        if let new {
            changes.append(JSONChange(path + [.key("digest")], to: .string(new.digest.description)))
            changes.append(JSONChange(path + [.key("size")], to: .integer(Int64(new.bytes.count))))
            if let type = types[descriptor.digest] {
                changes.append(JSONChange(path + [.key("mediaType")], to: .string(type.rawValue)))
            }
            // A copy of the old content in the descriptor would contradict the new digest.
            if descriptor.hasEmbeddedData { changes.append(JSONChange(path + [.key("data")], to: nil)) }
        }
        if let platform = platforms[descriptor.digest], descriptor.platform != nil || setsMissingPlatform,
            PlatformEdit.isNeeded(to: platform, from: descriptor.platform)
        {
            changes += PlatformEdit.changes(to: platform, from: descriptor.platform, at: path + [.key("platform")])
        }
        if let text = descriptor.attested, let subject = try? Digest(parsing: text),
            let new = renamed[subject]
        {
            let place: [JSONStep] = path + [.key("annotations"), .key(Descriptor.attestedKey)]
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

/// A document that became another.
package struct DocumentEdit: Sendable, Equatable {
    package let before: Document
    package let after: Document

    package static func == (left: DocumentEdit, right: DocumentEdit) -> Bool {
        (left.before.digest, left.after.digest) == (right.before.digest, right.after.digest)
    }
}

/// An image before and after its platform was corrected; the same twice where there was nothing to correct.
package struct CorrectedImage: Sendable, Equatable {
    package struct State: Sendable, Equatable {
        package let platform: Platform?
        package let manifest: Digest
        package let config: Digest
    }

    package let before: State
    package let after: State
}

/// A graph in which images say another platform, and all that this took.
package struct CorrectedGraph: Sendable {
    package let graph: ImageGraph
    /// In the order in which they are reached from the roots.
    package let images: [CorrectedImage]
    /// Every document that became another, children before parents.
    package let edits: [DocumentEdit]
}

extension ImageGraph {
    /// Images by the digest of their manifests, with the platform that each shall say. Config, descriptors, indexes and
    /// the references of attestations follow; what says the platform already keeps its bytes.
    ///
    /// `top` is the `index.json` of a layout where it is a document of this graph like any other.
    package func corrected(_ platforms: [Digest: Platform], top: Digest? = nil) throws(GraphError) -> CorrectedGraph {
        var rewrite = GraphRewrite()
        rewrite.platforms = platforms
        rewrite.top = top
        var graph = self
        try rewrite.apply(to: &graph)
        var images: [CorrectedImage] = []
        var seen: Set<Digest> = []
        for image in try ImageFinder(self).all().images where platforms[image.manifest] != nil {
            guard seen.insert(image.manifest).inserted, let config = try manifest(image.manifest)?.config.digest else {
                continue
            }
            let manifest = rewrite.renamed[image.manifest]?.digest ?? image.manifest
            let after = try graph.manifest(manifest)?.config.digest ?? config
            // What nobody said anew of a system's version or a variant stays as it was.
            let platform = PlatformEdit.result(of: platforms[image.manifest], on: image.platform)
            images.append(
                CorrectedImage(
                    before: .init(platform: image.platform, manifest: image.manifest, config: config),
                    after: .init(platform: platform, manifest: manifest, config: after)))
        }
        return CorrectedGraph(graph: graph, images: images, edits: rewrite.edits)
    }
}
