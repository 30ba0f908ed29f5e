internal import ByteIO
internal import ImageModel

extension SourceReading {
    /// Looks at the first bytes of every layer and remembers where they contradict the label: skopeo, for one, writes
    /// plain layers under a gzip label, and loaders that believe it fail. Layers in a registry are not asked for.
    mutating func recogniseLayers() throws(SourceError) {
        let manifests = graph.documents.values.filter(\.mediaType.isManifest).sorted { $0.digest < $1.digest }
        for document in manifests {
            guard let manifest = try? graph.manifest(document.digest) else { continue }
            for layer in manifest.layers {
                guard let declared = layer.mediaType.layerCompression, graph.mislabelled[layer.digest] == nil,
                    let source = graph.blobs[layer.digest], !(source is any RegistryContent),
                    let actual = try Self.compression(of: source),
                    actual != declared, layer.mediaType.labelled(actual) != nil
                else { continue }
                graph.mislabelled[layer.digest] = actual
                notes.append(.layerRelabelled(layer.digest, declared: layer.mediaType, actual: actual))
            }
        }
    }

    /// nil when the bytes are neither a known compression nor a tar: then the label is left to its word.
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
