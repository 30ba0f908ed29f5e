internal import ImageModel

extension SourceReading {
    /// Keeps only the roots that the user selects. The rest stays in the graph and is not written.
    mutating func select(_ selection: SourceReference.Selection, source: String) throws(SourceError) {
        switch selection {
        case .name(let name): graph.roots = try roots(named: name, source: source)
        case .digest(let digest): graph.roots = try roots(digest, source: source)
        }
    }

    private func roots(named name: String, source: String) throws(SourceError) -> [ImageGraph.Root] {
        let ranked = graph.roots.compactMap { root in
            root.labels.compactMap { $0.rank(matching: name) }.min().map { (rank: $0, root: root) }
        }
        guard let best = ranked.map(\.rank).min() else {
            throw .noSuchImage(source: source, wanted: name, names: allNames)
        }
        let found = ranked.filter { $0.rank == best }.map(\.root)
        let names = Set(found.flatMap(\.labels))
        guard names.count == 1 else {
            throw .ambiguousName(source: source, wanted: name, names: names.map(\.description).sorted())
        }
        return found
    }

    /// A manifest or an index at any depth, or an image by the digest of its config (docker's image ID).
    private func roots(_ digest: Digest, source: String) throws(SourceError) -> [ImageGraph.Root] {
        let labelled = graph.roots.filter { $0.descriptor.digest == digest }
        if !labelled.isEmpty { return labelled }
        let chosen = graph.documents.values.filter { document in
            document.digest == digest && (document.manifest != nil || document.index != nil)
                || document.manifest?.config.digest == digest
        }
        if let document = chosen.min(by: { $0.digest < $1.digest }) {
            return [.init(descriptor: document.descriptor, entry: nil, labels: [])]
        }
        throw .noSuchImage(source: source, wanted: digest.description, names: allNames)
    }

    private var allNames: [String] { Set(graph.roots.flatMap(\.labels)).map(\.description).sorted() }
}
