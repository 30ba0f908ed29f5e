package import ByteIO
package import ImageModel

/// A source as its own files describe it, for changing those files. `index.json` is a document of the graph, and a
/// manifest that was mended while reading is in the graph as it is written.
package struct SelfDescription: Sendable {
    enum Form: Sendable { case layout, dockerArchive, skopeoDirectory }

    package let graph: ImageGraph
    /// `index.json`.
    package let top: Digest?
    let form: Form
    let files: any ImageFiles

    package init(_ source: Source) throws(SourceError) {
        files = source.files
        var graph = source.graph
        graph.roots = source.everyRoot
        // Also if the user asked for docker's description of a hybrid: both must be right afterwards.
        guard try ImageLayout().recognises(files) else {
            form = source.dialect == SkopeoDirectory().name ? .skopeoDirectory : .dockerArchive
            top = nil
            self.graph = graph
            return
        }
        form = .layout
        let (reading, index) = try ImageLayout().described(files, DefectLog(isSurvey: false))
        guard let index else { throw .missingMember(path: files.path, member: "index.json") }
        graph.insertDocuments(of: reading.graph)
        graph.insert(index)
        let described = Set(reading.graph.documents.keys)
        graph.roots = graph.roots.filter { !described.contains($0.descriptor.digest) && $0.entry == nil }
        graph.roots.append(.init(descriptor: index.descriptor, entry: nil, labels: []))
        top = index.digest
        self.graph = graph
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
        for (entry, config) in try dockerEntries() {
            guard let layers = layersOf[config.digest], layers.count == entry.layers.count else { continue }
            for (name, layer) in zip(entry.layers, layers) {
                let member = TarMember.normalized(name)
                // Engine 25.0.0 wrote the layers of a manifest in another order than this list.
                add(member, form == .layout ? DockerArchive.statedDigest(member) ?? layer.digest : layer.digest)
            }
        }
        return claims
    }

    /// Docker's list of images, with the config of each; empty if there is no such list.
    func dockerEntries() throws(SourceError) -> [(entry: DockerArchive.Entry, config: Document)] {
        guard form != .skopeoDirectory,
            let bytes = try files.bytes("manifest.json", limit: Limits.topDocument)
        else { return [] }
        var configs = DockerConfigs()
        var found: [(entry: DockerArchive.Entry, config: Document)] = []
        let defects = DefectLog(isSurvey: false)
        for entry in try DockerArchive.entries(bytes, path: files.path, defects) {
            if let config = try configs.config(of: entry, in: files, defects) { found.append((entry, config)) }
        }
        return found
    }

    /// `signature-1` and so on: the signatures that skopeo keeps, each for one digest.
    package var signatureFiles: [String] {
        get throws(SourceError) {
            form == .skopeoDirectory ? try files.topNames.filter { $0.hasPrefix("signature-") }.sorted() : []
        }
    }
}
