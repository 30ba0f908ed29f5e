internal import ByteIO
internal import ImageModel

extension DockerArchive {
    /// An image of an archive with the manifest that was made for it.
    struct Image {
        let manifest: Document
        let config: Document
        let layers: [Descriptor]
        let entry: Entry
        let blobs: [(digest: Digest, source: any ByteSource)]
        /// The file of each content. Empty unless this is a survey.
        let members: [Digest: String]

        func addDocuments(_ reading: inout SourceReading) {
            reading.graph.insert(config)
            reading.graph.insert(manifest)
            for blob in blobs where reading.graph.blobs[blob.digest] == nil {
                reading.graph.blobs[blob.digest] = blob.source
            }
            reading.members.addMissing(members)
        }

        func addTo(_ reading: inout SourceReading) {
            addDocuments(&reading)
            let names: [[ImageLabel]] = entry.labels.isEmpty ? [[]] : entry.labels.map { [$0] }
            for labels in names {
                reading.graph.roots.append(
                    .init(descriptor: manifest.descriptor, entry: nil, labels: labels, place: entry.place))
            }
        }
    }

    static func image(
        _ entry: Entry, config: Document, _ files: any ImageFiles, _ defects: DefectLog, _ hashed: HashedLayers
    ) throws(SourceError) -> Image {
        let diffIDs = config.config?.diffIDs ?? []
        if diffIDs.count != entry.layers.count {
            try defects.note(
                .layerCount(
                    path: files.path, image: entry.labels.first?.description ?? entry.config,
                    layers: entry.layers.count, diffIDs: diffIDs.count),
                of: config.digest, at: entry.place, hides: false)
        }
        var layers: [Descriptor] = []
        layers.reserveCapacity(diffIDs.count)
        var blobs: [(digest: Digest, source: any ByteSource)] = []
        var members: [Digest: String] = [:]
        if defects.isSurvey { members[config.digest] = TarMember.normalized(entry.config) }
        for (number, (name, diffID)) in zip(entry.layers, diffIDs).enumerated() {
            let member = TarMember.normalized(name)
            func layer() throws(SourceError) -> Descriptor {
                if let source = try files.file(member) {
                    let layer = try descriptor(
                        of: source, member: member, diffID: diffID, files, defects, hashed)
                    blobs.append((layer.digest, source))
                    if defects.isSurvey { members[layer.digest] = member }
                    return layer
                }
                if let foreign = entry.sources[diffID], !foreign.urls.isEmpty { return foreign }
                throw .missingMember(path: files.path, member: member)
            }
            guard defects.isSurvey else {
                layers.append(try layer())
                continue
            }
            // The name of a compressed layer states the digest of the compressed bytes.
            let subject = statedDigest(member) ?? diffID
            let found = try defects.tolerating(subject, at: entry.place.to("Layers", number), hides: false, layer)
            // In a survey a damaged layer keeps its place, so that later layers keep theirs.
            layers.append(found ?? Descriptor(mediaType: .ociLayer, digest: subject, size: 0))
        }
        return Image(
            manifest: try manifest(config, layers, files), config: config, layers: layers, entry: entry, blobs: blobs,
            members: members)
    }

    private static func manifest(
        _ config: Document, _ layers: [Descriptor], _ files: any ImageFiles
    ) throws(SourceError) -> Document {
        let text: JSONText = .object([
            ("schemaVersion", .integer(2)),
            ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", config.descriptor.json),
            ("layers", .array(layers.map(\.json))),
        ])
        do throws(DocumentError) { return try Document(text.bytes, mediaType: .ociManifest) } catch {
            throw .document(path: files.path, member: "manifest.json", error)
        }
    }

    /// The digest of a plain layer is its diffID, which the config states and the copy checks. That of a compressed layer
    /// is in its name or is computed; its content is then checked against the diffID.
    private static func descriptor(
        of source: any ByteSource, member: String, diffID: Digest, _ files: any ImageFiles, _ defects: DefectLog,
        _ hashed: HashedLayers
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
        default:
            let error = SourceError.layerCompression(path: files.path, member: member, compression.rawValue)
            guard defects.isSurvey else { throw error }
            type = .ociLayer
        }
        // podman names layers after the diffID, which is not the digest of a compressed one.
        if let stated = statedDigest(member), stated != diffID {
            // A survey finds it when it compares the bytes of the layer with the digest.
            let computed = defects.isSurvey ? nil : computedDigest(source)
            guard computed == nil || computed == stated else {
                throw .layerDigest(path: files.path, member: member, expected: stated, found: computed ?? stated)
            }
            return Descriptor(mediaType: type, digest: stated, size: source.size)
        }
        // A survey checks the content when it reads it; until then only the diffID is known.
        if defects.isSurvey { return Descriptor(mediaType: type, digest: diffID, size: source.size) }
        let digest = try provenDigest(of: source, compression, member: member, diffID: diffID, files, hashed)
        return Descriptor(mediaType: type, digest: digest, size: source.size)
    }

    /// The digest that was computed while the bytes of a stream passed.
    private static func computedDigest(_ source: any ByteSource) -> Digest? {
        source.traits.knownSHA256.map { Digest(.sha256, raw: $0) }
    }

    /// Reads the layer, because only its content tells its digest. For a layer that passed by without being kept the
    /// computed hash is enough.
    private static func provenDigest(
        of source: any ByteSource, _ compression: Compression, member: String, diffID: Digest,
        _ files: any ImageFiles, _ hashed: HashedLayers
    ) throws(SourceError) -> Digest {
        if source.traits.passedStart != nil, let computed = computedDigest(source) { return computed }
        let hashes: ContentHasher.Both
        do throws(IOFailure) {
            hashes = try hashed.hashes(of: source, member: member, compression, diffID.algorithm)
        } catch { throw .io(error) }
        let content = Digest(diffID.algorithm, raw: hashes.content)
        guard content == diffID else {
            throw .layerDigest(path: files.path, member: member, expected: diffID, found: content)
        }
        return Digest(.sha256, raw: hashes.bytes)
    }
}

/// The hashes of compressed layers. Each layer is read once, although several images may share it.
final class HashedLayers {
    private struct Key: Hashable {
        let member: String
        let algorithm: Digest.Algorithm
    }

    private var known: [Key: ContentHasher.Both] = [:]

    func hashes(
        of source: any ByteSource, member: String, _ compression: Compression, _ algorithm: Digest.Algorithm
    ) throws(IOFailure) -> ContentHasher.Both {
        let key = Key(member: member, algorithm: algorithm)
        if let hashes = known[key] { return hashes }
        let hashes = try ContentHasher.hash(source, decompressing: compression, algorithm)
        known[key] = hashes
        return hashes
    }
}

extension SourceReading {
    /// Finds the layers whose first bytes contradict their media type. skopeo, for example, writes plain layers with a
    /// gzip type, and loaders fail on them. Layers in a registry are not read.
    mutating func recogniseLayers() throws(SourceError) {
        if hasDerivedTypes { return }
        var known: [Digest: LayerCompression?] = [:]
        for manifest in graph.manifests {
            for layer in manifest.view.layers {
                guard let declared = layer.mediaType.layerCompression, graph.mislabelled[layer.digest] == nil,
                    let source = graph.blobs[layer.digest], source.traits.origin == nil
                else { continue }
                let found: LayerCompression?
                if let earlier = known[layer.digest] {
                    found = earlier
                } else {
                    found = try Self.compression(of: source)
                    known[layer.digest] = .some(found)
                }
                guard let actual = found, actual != declared, layer.mediaType.labelled(actual) != nil else { continue }
                graph.mislabelled[layer.digest] = actual
                notes.append(.layerRelabelled(layer.digest, declared: layer.mediaType, actual: actual))
            }
        }
    }

    /// `nil` if the bytes are neither a known compression nor a tar.
    private static func compression(of source: any ByteSource) throws(SourceError) -> LayerCompression? {
        let head: [UInt8]
        do throws(IOFailure) { head = try source.head(512) } catch { throw .io(error) }
        switch Compression(magic: head) {
        case .gzip: return .gzip
        case .zstd: return .zstd
        case .some: return nil
        case nil: return TarArchive.startsLikeTar(head) ? LayerCompression.none : nil
        }
    }
}
