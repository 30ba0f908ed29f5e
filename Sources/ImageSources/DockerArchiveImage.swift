internal import ByteIO
internal import ImageModel

extension DockerArchive {
    /// An image of an archive with the manifest that it lacked.
    struct Image {
        let manifest: Document
        let config: Document
        let labels: [ImageLabel]
        let blobs: [Digest: any ByteSource]

        func addDocuments(_ graph: inout ImageGraph) {
            graph.insert(config)
            graph.insert(manifest)
            graph.blobs.merge(blobs) { first, _ in first }
        }

        func addTo(_ graph: inout ImageGraph) {
            addDocuments(&graph)
            let names: [[ImageLabel]] = labels.isEmpty ? [[]] : labels.map { [$0] }
            for labels in names {
                graph.roots.append(.init(descriptor: manifest.descriptor, entry: nil, labels: labels))
            }
        }
    }

    static func image(
        _ entry: Entry, config: Document, _ files: any ImageFiles
    ) throws(SourceError) -> Image {
        let view: ConfigView
        do throws(DocumentError) { view = try ConfigView(bytes: config.bytes) } catch {
            throw .document(path: files.path, member: entry.config, error)
        }
        guard view.diffIDs.count == entry.layers.count else {
            throw .layerCount(
                path: files.path, image: entry.labels.first?.description ?? entry.config, layers: entry.layers.count,
                diffIDs: view.diffIDs.count)
        }
        var layers: [Descriptor] = []
        var blobs: [Digest: any ByteSource] = [:]
        for (name, diffID) in zip(entry.layers, view.diffIDs) {
            let member = TarMember.normalized(name)
            if let source = try files.file(member) {
                let layer = try descriptor(of: source, member: member, diffID: diffID, files)
                layers.append(layer)
                blobs[layer.digest] = source
            } else if let foreign = entry.sources[diffID], !foreign.urls.isEmpty {
                layers.append(foreign)
            } else {
                throw .missingMember(path: files.path, member: member)
            }
        }
        return Image(manifest: manifest(config, layers), config: config, labels: entry.labels, blobs: blobs)
    }

    private static func manifest(_ config: Document, _ layers: [Descriptor]) -> Document {
        let text: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", config.descriptor.json),
            ("layers", .array(layers.map(\.json))),
        ])
        return Document(text.bytes, mediaType: .ociManifest)
    }

    /// A plain layer's digest is its diffID, which the config states. A compressed one's is in its name, or was computed
    /// while the stream passed, or is computed now.
    private static func descriptor(
        of source: any ByteSource, member: String, diffID: Digest, _ files: any ImageFiles
    ) throws(SourceError) -> Descriptor {
        let head: [UInt8]
        do throws(IOFailure) { head = try source.head(16) } catch { throw .io(error) }
        switch Compression(magic: head) {
        case nil: return Descriptor(mediaType: .ociLayer, digest: diffID, size: source.size)
        case .gzip:
            let digest = try digest(of: source, member: member, diffID: diffID)
            return Descriptor(mediaType: .ociLayerGzip, digest: digest, size: source.size)
        case .zstd:
            let digest = try digest(of: source, member: member, diffID: diffID)
            return Descriptor(mediaType: .ociLayerZstd, digest: digest, size: source.size)
        case .some(let other): throw .layerCompression(path: files.path, member: member, other.rawValue)
        }
    }

    private static func digest(
        of source: any ByteSource, member: String, diffID: Digest
    ) throws(SourceError) -> Digest {
        if let spooled = source as? SpooledFile { return Digest(.sha256, raw: spooled.sha256) }
        if let passed = source as? PassedBytes, let hash = passed.sha256 { return Digest(.sha256, raw: hash) }
        // podman names layers after the diffID, which is not the digest of a compressed one.
        if let stated = statedDigest(member), stated != diffID { return stated }
        do throws(IOFailure) { return Digest(.sha256, raw: try ContentHasher.hash(source)) } catch { throw .io(error) }
    }
}
