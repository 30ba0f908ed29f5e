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

    /// A plain layer's digest is its diffID, which the config states and the copy checks. A compressed one's is in its
    /// name, or has to be found; then the diffID is what its content must prove.
    private static func descriptor(
        of source: any ByteSource, member: String, diffID: Digest, _ files: any ImageFiles
    ) throws(SourceError) -> Descriptor {
        let head: [UInt8]
        do throws(IOFailure) { head = try source.head(16) } catch { throw .io(error) }
        guard let compression = Compression(magic: head) else {
            return Descriptor(mediaType: .ociLayer, digest: diffID, size: source.size)
        }
        let type: MediaType
        switch compression {
        case .gzip: type = .ociLayerGzip
        case .zstd: type = .ociLayerZstd
        default: throw .layerCompression(path: files.path, member: member, compression.rawValue)
        }
        // podman names layers after the diffID, which is not the digest of a compressed one.
        if let stated = statedDigest(member), stated != diffID {
            let computed = computedDigest(source)
            guard computed == nil || computed == stated else {
                throw .layerDigest(path: files.path, member: member, expected: stated, found: computed ?? stated)
            }
            return Descriptor(mediaType: type, digest: stated, size: source.size)
        }
        let digest = try provenDigest(of: source, compression, member: member, diffID: diffID, files)
        return Descriptor(mediaType: type, digest: digest, size: source.size)
    }

    /// What a stream's bytes had while they passed.
    private static func computedDigest(_ source: any ByteSource) -> Digest? {
        if let spooled = source as? SpooledFile { return Digest(.sha256, raw: spooled.sha256) }
        return (source as? PassedBytes)?.sha256.map { Digest(.sha256, raw: $0) }
    }

    /// Reads the layer, the only case in which opening does: nothing but its content says what it is. One that has passed
    /// by without being kept is only looked at, so its hash is enough.
    private static func provenDigest(
        of source: any ByteSource, _ compression: Compression, member: String, diffID: Digest,
        _ files: any ImageFiles
    ) throws(SourceError) -> Digest {
        if source is PassedBytes, let computed = computedDigest(source) { return computed }
        let hashes: ContentHasher.Both
        do throws(IOFailure) {
            hashes = try ContentHasher.hash(source, decompressing: compression, diffID.algorithm.hasher)
        } catch { throw .io(error) }
        let content = Digest(diffID.algorithm, raw: hashes.content)
        guard content == diffID else {
            throw .layerDigest(path: files.path, member: member, expected: diffID, found: content)
        }
        return Digest(.sha256, raw: hashes.bytes)
    }
}
