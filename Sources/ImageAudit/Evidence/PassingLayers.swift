package import ByteIO
package import ImageModel
internal import Synchronization

/// Lists layers while their bytes are copied, so that evidence needs no second reading.
package final class PassingLayers: Sendable {
    private let passed = Mutex<[Digest: PassedLayer]>([:])
    private let listings = KeptListings()

    package init() {}

    /// The same bytes, listed whenever they are read to their end.
    package func observed(_ digest: Digest, _ source: any ByteSource) -> any ByteSource {
        ObservedBytes(source) { [self] reader in
            // A layer that cannot be listed, or whose listing does not fit into the memory, is read again when the evidence is asked for.
            guard let listing = try? Self.listing(of: reader, source) else { return }
            let kept = listings.kept(listing)
            if kept.isDropped { return }
            let layer = PassedLayer(whole: source, kept: kept)
            passed.withLock { $0[digest] = layer }
        }
    }

    private static func listing(
        of reader: any ByteReader, _ source: any ByteSource
    ) throws(TarError) -> LayerListing {
        var reader = reader
        var start = [UInt8](repeating: 0, count: TarMembers.startSize)
        let got = try mapping(TarError.failed) { () throws(IOFailure) in try reader.fill(&start, count: start.count) }
        start.removeLast(start.count - got)
        return try LayerListingObserver(.bounded).listing(
            of: PrefixedReader(start, then: reader), Compression(magic: start), source.path)
    }

    /// The blobs of a graph, with those that have passed in the place of the same ones.
    package func replacing(_ blobs: [Digest: any ByteSource]) -> [Digest: any ByteSource] {
        let passed = passed.withLock { $0 }
        var blobs = blobs
        for (digest, layer) in passed where blobs[digest] != nil { blobs[digest] = layer }
        return blobs
    }
}

/// A layer that was listed while it was copied.
private struct PassedLayer: ListedSource {
    let whole: (any ByteSource)?
    private let kept: KeptListing

    init(whole: any ByteSource, kept: KeptListing) {
        self.whole = whole
        self.kept = kept
    }

    var path: String { whole?.path ?? "" }
    var size: Int64 { whole?.size ?? 0 }
    var sha256: [UInt8]? { nil }
    var start: [UInt8] { [] }
    var listing: LayerListing? { kept.listing }
    var damage: TarError? { kept.listing.damage }
}
