package import ByteIO
package import ImageModel
internal import Synchronization

/// Lists layers while their bytes are copied, so that evidence needs no second reading.
package final class PassingLayers: Sendable {
    private let passed = Mutex<[Digest: PassedLayer]>([:])
    private let depth: EvidenceDepth
    private let listings = KeptListings()
    private let budget = FileBudget(limit: LayerListing.sumLimit)

    package init(_ depth: EvidenceDepth) { self.depth = depth }

    /// The same bytes, listed whenever they are read to their end.
    package func observed(_ digest: Digest, _ source: any ByteSource) -> any ByteSource {
        ObservedBytes(source) { [self] reader in
            // A layer that cannot be listed, or whose listing does not fit into the memory, is read again when the evidence is asked for.
            guard let layer = try? passed(reader, source) else { return }
            passed.withLock { $0[digest] = layer }
        }
    }

    /// `nil` if the listing does not fit into the memory.
    private func passed(_ reader: any ByteReader, _ source: any ByteSource) throws(TarError) -> PassedLayer? {
        var reader = reader
        var start = [UInt8](repeating: 0, count: TarMembers.startSize)
        let got = try mapping(TarError.failed) { () throws(IOFailure) in try reader.fill(&start, count: start.count) }
        start.removeLast(start.count - got)
        let whole = PrefixedReader(start, then: reader)
        let compression = Compression(magic: start)
        switch depth {
        case .bounded:
            let kept = listings.kept(try LayerListingObserver.listing(of: whole, compression, source.path))
            return kept.isDropped ? nil : PassedLayer(whole: source, kept: kept.listing, listed: nil)
        case .full:
            let listed = try LayerListingObserver.files(of: whole, compression, source.path, budget)
            return listed.isDropped ? nil : PassedLayer(whole: source, kept: nil, listed: listed)
        }
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
    private let kept: LayerListing?
    let listed: ListedFiles?

    init(whole: any ByteSource, kept: LayerListing?, listed: ListedFiles?) {
        self.whole = whole
        self.kept = kept
        self.listed = listed
    }

    var path: String { whole?.path ?? "" }
    var size: Int64 { whole?.size ?? 0 }
    var sha256: [UInt8]? { nil }
    var start: [UInt8] { [] }
    var listing: LayerListing? { kept ?? listed?.listing }
    var damage: TarError? { kept?.damage ?? listed?.damage }
}

/// The listing of a layer that was made while its bytes passed. Few blobs have one.
final class KeptListing: Sendable {
    let listing: LayerListing
    /// Whether the files were dropped, because the listings of all layers together exceed the limit.
    let isDropped: Bool

    init(_ listing: LayerListing, isDropped: Bool) {
        self.listing = listing
        self.isDropped = isDropped
    }
}

/// The listings that are kept until all blobs were read. There may be one for each layer, so their sum is limited.
final class KeptListings: Sendable {
    private let left: Mutex<Int>

    init(limit: Int = LayerListing.sumLimit) { left = Mutex(limit) }

    func kept(_ listing: LayerListing) -> KeptListing {
        let fits = left.withLock { left in
            let fits = listing.cost <= left
            if fits { left -= listing.cost }
            return fits
        }
        return KeptListing(fits ? listing : listing.emptied(), isDropped: !fits)
    }
}
