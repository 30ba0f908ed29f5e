package import ByteIO

/// Lists the layers of a stream while they pass, because nothing of them is kept to be looked at later.
package struct LayerLook: MemberLook {
    private let depth: EvidenceDepth

    package init(_ depth: EvidenceDepth) { self.depth = depth }

    private static let startSize: Int64 = 1024

    package func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource {
        var reader = reader
        var start = [UInt8](repeating: 0, count: Int(min(size, Self.startSize)))
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        let whole = PrefixedReader(start, then: reader)
        guard let compression = Compression(magic: start) else {
            let listing = TarArchive.startsLikeTar(start) ? try? LayerListing(reading: whole, path: path) : nil
            return ListedLayer(path: path, size: size, knownSHA256: nil, start: start, listing: listing)
        }
        // The digest of a plain layer is stated by the image's config, that of a compressed one perhaps nowhere.
        let hashed = HashingReader(whole)
        let listing = listing(of: hashed, compression, path)
        return ListedLayer(path: path, size: size, knownSHA256: try hashed.finish(), start: start, listing: listing)
    }

    /// nil: it cannot be read, or is no layer.
    private func listing(of bytes: any ByteReader, _ compression: Compression, _ path: String) -> LayerListing? {
        guard let content = try? compression.decoder(over: bytes, path: path) else { return nil }
        if depth == .full { return try? LayerListing(reading: content, path: path) }
        var budget = LayerReading.layerBudget
        return try? LayerListing(reading: content, path: path, budget: &budget) { _, _ in false }
    }
}

/// A layer that went by, and what was in it.
struct ListedLayer: PassedSource {
    let path: String
    let size: Int64
    let knownSHA256: [UInt8]?
    let start: [UInt8]
    let listing: LayerListing?
}
