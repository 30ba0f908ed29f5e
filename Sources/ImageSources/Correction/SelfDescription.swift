package import ByteIO
package import ImageModel

/// A source as its own files describe it, for changing those files. `index.json` is a document of the graph. A manifest
/// that was corrected while it was read is in the graph with its original bytes.
package struct SelfDescription: Sendable {
    enum Form: Sendable { case layout, dockerArchive, skopeoDirectory }

    package let graph: ImageGraph
    /// `index.json`.
    package let top: Digest?
    let form: Form
    let files: any ImageFiles
    let lists: SourceLists

    /// Whether `index.json` alone describes the images.
    package var isLayoutAlone: Bool { form == .layout && lists.images.isEmpty }

    /// The source was opened for a revision.
    package init(_ source: Source) throws(SourceError) {
        files = source.files
        var graph = source.graph
        graph.roots = source.everyRoot
        var lists = source.lists
        // Also if the user asked for docker's description of a hybrid: both must be right afterwards.
        guard try ImageLayout().recognises(files) else {
            form = source.dialect == SkopeoDirectory().name ? .skopeoDirectory : .dockerArchive
            top = nil
            self.graph = graph
            self.lists = lists
            return
        }
        form = .layout
        if lists.index == nil {
            // Then only docker's description was read.
            let (reading, index) = try ImageLayout().described(
                files, DefectLog(isSurvey: false), known: graph.documents)
            (lists.index, lists.indexed) = (index, reading.graph.documents)
        }
        guard let index = lists.index else { throw .missingMember(path: files.path, member: LayoutPath.index) }
        for document in lists.indexed.values where graph.documents[document.digest] == nil { graph.insert(document) }
        graph.insert(index)
        graph.roots = graph.roots.filter { lists.indexed[$0.descriptor.digest] == nil && $0.entry == nil }
        graph.roots.append(.init(descriptor: index.descriptor, entry: nil, labels: []))
        top = index.digest
        self.graph = graph
        self.lists = lists
    }

    /// The blobs that are copied unchanged, and the digests that they must have.
    package func claims() throws(SourceError) -> [TarClaim] {
        var claims: [TarClaim] = []
        func add(_ name: String, _ digest: Digest) {
            claims.append(
                TarClaim(name: files.memberName(name), algorithm: digest.algorithm, hash: digest.raw))
        }
        if form == .layout {
            for digest in Set(graph.blobs.keys).union(graph.documents.keys) {
                add(LayoutPath(digest).description, digest)
            }
        }
        var layersOf: [Digest: [Descriptor]] = [:]
        for manifest in graph.manifests { layersOf[manifest.view.config.digest] = manifest.view.layers }
        for (entry, config) in lists.images {
            guard let layers = layersOf[config.digest], layers.count == entry.layers.count else { continue }
            for (name, layer) in zip(entry.layers, layers) {
                let member = TarMember.normalized(name)
                // Engine 25.0.0 wrote the layers of a manifest in another order than this list.
                add(member, form == .layout ? DockerArchive.statedDigest(member) ?? layer.digest : layer.digest)
            }
        }
        return claims
    }

    /// `signature-1` and so on: the signatures that skopeo keeps, each for one digest.
    package var signatureFiles: [String] {
        get throws(SourceError) {
            form == .skopeoDirectory ? try files.topNames.filter { $0.hasPrefix("signature-") }.sorted() : []
        }
    }
}
