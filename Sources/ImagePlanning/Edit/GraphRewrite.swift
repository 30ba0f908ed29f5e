internal import ImageModel

/// The one walk that carries out a `GraphEdit`. Changes pass from children to parents: config, manifest, index, and the
/// references of attestations.
struct GraphRewrite {
    private var graph: ImageGraph
    private let edit: GraphEdit
    private var stages: [any GraphEditStage]
    /// What a document became, by the digest that it had.
    private var current: [Digest: Document] = [:]
    /// Documents, by the digest that they had, whose descriptors get another media type.
    private var retyped: Set<Digest> = []
    private var changes: [EditedGraph.Change] = []
    /// Digests before and after, of all `changes`: two manifests may ask for the same change of one config.
    private var made: [Digest: Set<Digest>] = [:]

    init(_ graph: ImageGraph, _ edit: GraphEdit, stages: [any GraphEditStage]) {
        self.graph = graph
        self.edit = edit
        self.stages = stages
    }

    mutating func run() throws(PlanError) -> EditedGraph {
        let before = graph
        var walk = GraphVisitor<Void>(givesLeaves: true)
        // An index that no root leads to may hold the attestation of a chosen child.
        walk.start(before.rootLinks + before.indexes.map { GraphLink($0.document.descriptor, .root) })
        while let step = walk.next() {
            guard let document = before.documents[step.digest] else { continue }
            switch step.phase {
            case .enter: walk.descend(document.links(.children))
            case .leave: try rewrite(document)
            case .repeated, .tooDeep: break
            }
        }
        for number in graph.roots.indices { try rewriteRoot(number) }
        let roots = zip(before.roots, graph.roots).map { old, new in
            (before: old, after: edit.dropped.contains(old) ? nil : new)
        }
        graph.roots = roots.compactMap(\.after)
        return EditedGraph(graph: graph, changes: changes, roots: roots, current: current.mapValues(\.digest))
    }

    private mutating func rewrite(_ document: Document) throws(PlanError) {
        var changes: [JSONChange] = []
        if let index = document.index {
            for (number, entry) in index.manifests.enumerated() {
                changes += entryChanges(
                    entry.descriptor, became: current[entry.descriptor.digest],
                    at: [.key("manifests"), .index(number)], setsMissingPlatform: document.digest != edit.layoutIndex)
            }
        } else if let manifest = document.manifest {
            let config = try rewrittenConfig(of: manifest, document.digest)
            changes += entryChanges(manifest.config, became: config, at: [.key("config")], setsMissingPlatform: false)
        }
        var node = EditedNode(document)
        for number in stages.indices { changes += stages[number].changes(to: &node) }
        for blob in node.newBlobs { graph.blobs[blob.digest] = blob.source }
        for (number, entry) in (document.index?.manifests ?? []).enumerated() {
            changes += typeChanges(entry.descriptor, at: [.key("manifests"), .index(number)])
        }
        let removed = document.index.map { index in
            edit.dropped.entries(of: index, document.digest, isLayoutIndex: document.digest == edit.layoutIndex)
        }
        guard let new = try made(from: document, changes, without: removed ?? [], mediaType: node.convertedType) else {
            return
        }
        current[document.digest] = new
        if node.convertedType != nil { retyped.insert(document.digest) }
    }

    /// Each manifest has the config that its own platform asks for. Two manifests may share a config that only one of
    /// them changes.
    private mutating func rewrittenConfig(
        of manifest: ManifestView, _ digest: Digest
    ) throws(PlanError) -> Document? {
        guard edit.concerns(digest) else { return nil }
        guard let config = graph.documents[manifest.config.digest] else { throw .graph(.absentConfig(digest)) }
        var changes: [JSONChange] = []
        let declared = config.config?.platform
        if let platform = edit.platforms[digest], PlatformEdit.isNeeded(to: platform, from: declared) {
            changes += PlatformEdit.changes(to: platform, from: declared, at: [])
        }
        if let image = edit.images[digest] {
            do throws(JSONEditError) { changes += try image.changes(toConfig: config.bytes) } catch {
                throw .graph(.edit(config.digest, error))
            }
        }
        return try made(from: config, changes, mediaType: nil)
    }

    /// `nil` if the changes leave the bytes as they are.
    private mutating func made(
        from document: Document, _ changes: [JSONChange], without entries: [Int] = [], mediaType: MediaType?
    ) throws(PlanError) -> Document? {
        guard !changes.isEmpty || !entries.isEmpty else { return nil }
        // Entries are removed last: the paths of the changes use the old positions.
        var edited = try Self.edited(document.bytes, changes, document.digest)
        if !entries.isEmpty { edited = try Self.edited(edited.bytes, without: entries, document.digest) }
        guard edited.bytes != document.bytes else { return nil }
        let new: Document
        do throws(DocumentError) {
            new = try Document(
                edited, mediaType: mediaType ?? document.mediaType, algorithm: document.digest.algorithm)
        } catch { throw .graph(.document(document.digest, error)) }
        graph.insert(new)
        if made[document.digest, default: []].insert(new.digest).inserted {
            self.changes.append(.init(before: document, after: new))
        }
        return new
    }

    private mutating func rewriteRoot(_ number: Int) throws(PlanError) {
        var root = graph.roots[number]
        let old = root.descriptor
        let new = current[old.digest]
        var changes = entryChanges(old, became: new, at: [], setsMissingPlatform: false)
        changes += typeChanges(old, at: [])
        guard !changes.isEmpty else { return }
        if let entry = root.entry { root.entry = try Self.edited(entry, changes, old.digest).bytes }
        if let platform = edit.platforms[old.digest], old.platform != nil {
            root.descriptor.platform = platform.normalized
        }
        if let new {
            root.descriptor.digest = new.digest
            root.descriptor.size = Int64(new.bytes.count)
            if retyped.contains(old.digest) { root.descriptor.mediaType = new.mediaType }
        }
        graph.roots[number] = root
    }

    private func entryChanges(
        _ descriptor: Descriptor, became new: Document?, at path: [JSONStep], setsMissingPlatform: Bool
    ) -> [JSONChange] {
        var changes: [JSONChange] = []
        if let new {
            changes.append(JSONChange(path + [.key("digest")], to: .string(new.digest.description)))
            changes.append(JSONChange(path + [.key("size")], to: .integer(Int64(new.bytes.count))))
            // A copy of the old content in the descriptor would contradict the new digest.
            if descriptor.hasEmbeddedData { changes.append(JSONChange(path + [.key("data")], to: nil)) }
        }
        if let platform = edit.platforms[descriptor.digest], descriptor.platform != nil || setsMissingPlatform,
            PlatformEdit.isNeeded(to: platform, from: descriptor.platform)
        {
            changes += PlatformEdit.changes(to: platform, from: descriptor.platform, at: path + [.key("platform")])
        }
        if let text = descriptor.attested, let subject = try? Digest(parsing: text), let new = current[subject] {
            let place: [JSONStep] = path + [.key("annotations"), .key(Descriptor.attestedKey)]
            changes.append(JSONChange(place, to: .string(new.digest.description)))
        }
        return changes
    }

    private func typeChanges(_ descriptor: Descriptor, at path: [JSONStep]) -> [JSONChange] {
        guard retyped.contains(descriptor.digest), let type = current[descriptor.digest]?.mediaType else { return [] }
        return [JSONChange(path + [.key("mediaType")], to: .string(type.rawValue))]
    }

    private static func edited(
        _ bytes: [UInt8], _ changes: [JSONChange], _ digest: Digest
    ) throws(PlanError) -> JSONDocument {
        do throws(JSONEditError) { return try JSONEdit.edited(bytes, changes) } catch {
            throw .graph(.edit(digest, error))
        }
    }

    private static func edited(
        _ bytes: [UInt8], without entries: [Int], _ digest: Digest
    ) throws(PlanError) -> JSONDocument {
        do throws(JSONEditError) {
            return try JSONEdit.edited(bytes, array: "manifests", removing: entries, appending: [])
        } catch { throw .graph(.edit(digest, error)) }
    }
}
