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
    /// A bounded search that contradicts a claim is repeated to the end of every layer: unread files may replace those that
    /// were found, or show that a 32-bit program is the guest of another architecture.
    package static func examination(of image: ImageContents, depth: EvidenceDepth) throws(IOFailure) -> Examination {
        try examination(of: image, depth, layers: image.layers)
    }

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
            if let number = image.key.flatMap({ known[$0] }) {
                searches[number].claims.formUnion(image.claims)
                return number
            }
            if let key = image.key { known[key] = searches.count }
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
    private indirect enum Storage {
        case layers([Layer], ConfigView)
        case graph(layers: [Descriptor], ConfigView, Document?, blobs: [Digest: any ByteSource])
    }

    private let storage: Storage
    /// `nil` if the image was made of layers alone.
    let key: Key?
    /// The platforms that are claimed: by the caller or else the config, and by the index that names the image.
    fileprivate(set) package var claims: Set<Platform?>

    package init(layers: [Layer], config: ConfigView, claimed: Platform? = nil, stated: Platform? = nil) {
        self.init(.layers(layers, config), key: nil, claimed ?? config.platform, stated)
    }

    /// `nil` if the graph lacks the manifest or the config. `source` is the number of the graph, if there are several.
    package init?(
        _ manifest: Digest, in graph: ImageGraph, source: Int = 0, claimed: Platform? = nil, stated: Platform? = nil
    ) {
        guard let view = graph.manifest(manifest), let config = graph.config(of: view) else { return nil }
        let key = Key(manifest: manifest, source: source)
        let document = graph.documents[view.config.digest]
        let storage = Storage.graph(layers: view.layers, config, document, blobs: graph.blobs)
        self.init(storage, key: key, claimed ?? config.platform, stated)
    }

    private init(_ storage: Storage, key: Key?, _ claimed: Platform?, _ stated: Platform?) {
        self.storage = storage
        self.key = key
        claims = [claimed ?? stated]
        if let stated { claims.insert(stated) }
    }

    package var config: ConfigView {
        switch storage {
        case .layers(_, let config), .graph(_, let config, _, _): config
        }
    }

    /// `nil` if there is no config document.
    var startConfig: StartConfig? {
        guard case .graph(_, _, let document?, _) = storage else { return nil }
        return ConfigDetails(document.bytes).map(StartConfig.init)
    }

    /// The lowest first.
    package var layers: [Layer] {
        switch storage {
        case .layers(let layers, _): layers
        case .graph(let layers, _, _, let blobs): layers.map { Layer(digest: $0.digest, source: blobs[$0.digest]) }
        }
    }
}
