package import ByteIO
package import ImageModel
internal import Synchronization

/// The cost that a search for evidence may have.
package enum EvidenceDepth: Sendable {
    /// Reads the headers of plain layers. Decompresses the others until a file decides, or up to a limit.
    case bounded
    /// Reads every layer to its end, and checks whether the image starts.
    case full
}

/// Searches the layers of images for evidence of their platform. Extracts and changes nothing. A damaged layer is no
/// error here: copying or verifying the image reports it.
package enum EvidenceSearch {
    /// `layers` are those of the image, perhaps with other sources.
    private static func examination(
        of image: ImageContents, _ depth: EvidenceDepth, layers: [ImageContents.Layer]
    ) throws(IOFailure) -> Examination {
        switch depth {
        case .bounded: Examination(evidence: try evidence(of: image, depth, layers: layers))
        case .full:
            try ImageExamination(image, layers: layers, checksStart: true, areVerified: false).result {
                () throws(IOFailure) in
                try evidence(of: image, depth, layers: layers)
            }
        }
    }

    /// The evidence by listings of single layers, which need not be readable to their ends.
    ///
    /// A bounded search that contradicts a claim is repeated to the end of every layer: unread files may replace those that
    /// were found, or show that a 32-bit program is the guest of another architecture.
    static func evidence(
        of image: ImageContents, _ depth: EvidenceDepth, layers: [ImageContents.Layer]
    ) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, depth, layers: layers)
        let evidence = try reading.evidence()
        guard depth == .bounded, image.claims.contains(where: { evidence.contradicts($0) }) else { return evidence }
        var whole = LayerReading(image, .full, layers: layers)
        return try whole.evidence()
    }

    /// Examines several images, on as many threads as there are jobs. A manifest that is listed many times is
    /// searched once, with the claims of all its entries. Layers in registries that several images contain are fetched once.
    package static func examinations(
        of images: [ImageContents], depth: EvidenceDepth, jobs: Int
    ) throws(IOFailure) -> [Examination] {
        var searches: [ImageContents] = []
        searches.reserveCapacity(images.count)
        var known: [ImageContents.Key: Int] = [:]
        let numbers = images.map { image in
            if let number = known[image.key] {
                searches[number].claims.formUnion(image.claims)
                return number
            }
            known[image.key] = searches.count
            searches.append(image)
            return searches.count - 1
        }
        let distinct = searches
        let prefixes = FetchedPrefixes(distinct)
        let nothing = Examination(evidence: Evidence(witnesses: []))
        let found = Mutex([Examination](repeating: nothing, count: distinct.count))
        try Threads.forEach(distinct.count, jobs: jobs) { (number) throws(IOFailure) in
            let image = distinct[number]
            defer { prefixes.release(image) }
            let examination = try examination(of: image, depth, layers: prefixes.replacing(image.layers))
            found.withLock { $0[number] = examination }
        }
        let answers = found.withLock { $0 }
        return numbers.map { answers[$0] }
    }

    /// The evidence in listings that were made while the layers passed, the lowest first. A layer without a listing is read
    /// now if that is cheap: if it is plain and in a file.
    package static func evidence(
        of image: ImageContents, listings: [LayerListing?]
    ) throws(IOFailure) -> Evidence {
        var reading = LayerReading(image, .full)
        return try reading.evidence(given: listings)
    }
}

/// The parts of an image that its executables depend on. It costs nothing to make: layers are looked up when they are
/// asked for.
package struct ImageContents: Sendable {
    package struct Layer: Sendable {
        package let digest: Digest
        /// `nil` if the layer is absent.
        package let source: (any ByteSource)?
        /// The digest of the decompressed bytes; `nil` if no config states it.
        package let diffID: Digest?

        package init(digest: Digest, source: (any ByteSource)?, diffID: Digest? = nil) {
            self.digest = digest
            self.source = source
            self.diffID = diffID
        }

        /// Whether the layer can be read again without network traffic.
        var canBeReadAgain: Bool { source?.traits.isRereadable ?? true }
    }

    /// Identifies the manifest of one graph.
    struct Key: Hashable {
        let manifest: Digest
        let source: Int
    }

    /// In memory once, however often the value is copied: a source may have many thousand images.
    private final class Content: Sendable {
        let layers: [Descriptor]
        let config: ConfigView
        let document: Document
        let blobs: [Digest: any ByteSource]

        init(layers: [Descriptor], config: ConfigView, document: Document, blobs: [Digest: any ByteSource]) {
            self.layers = layers
            self.config = config
            self.document = document
            self.blobs = blobs
        }
    }

    private let content: Content
    let key: Key
    /// The platforms that are claimed: by the caller or else the config, and by the index that names the image.
    fileprivate(set) package var claims: Set<Platform?>

    /// `nil` if the graph lacks the manifest or the config. `source` is the number of the graph, if there are several.
    package init?(
        _ manifest: Digest, in graph: ImageGraph, source: Int = 0, claimed: Platform? = nil, stated: Platform? = nil
    ) {
        guard let view = graph.manifest(manifest), let document = graph.documents[view.config.digest],
            let config = document.config
        else { return nil }
        content = Content(layers: view.layers, config: config, document: document, blobs: graph.blobs)
        key = Key(manifest: manifest, source: source)
        claims = [claimed ?? config.platform ?? stated]
        if let stated { claims.insert(stated) }
    }

    package var config: ConfigView { content.config }

    /// `nil` if the config is no JSON.
    var startConfig: StartConfig? { ConfigDetails(content.document.bytes).map(StartConfig.init) }

    /// The lowest first.
    package var layers: [Layer] {
        content.layers.map { Layer(digest: $0.digest, source: content.blobs[$0.digest]) }
    }
}
