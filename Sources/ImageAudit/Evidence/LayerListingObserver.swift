package import ByteIO

/// Lists the layers of a stream while they pass, because nothing of them is kept to be looked at later.
package struct LayerListingObserver: StreamObserver {
    private let depth: EvidenceDepth
    private let budget = FileBudget(limit: LayerListing.sumLimit)

    package init(_ depth: EvidenceDepth) { self.depth = depth }

    private static let startSize: Int64 = 1024

    package func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource {
        var reader = reader
        var start = [UInt8](repeating: 0, count: Int(min(size, Self.startSize)))
        start.removeLast(start.count - (try reader.fill(&start, count: start.count)))
        let whole = PrefixedReader(start, then: reader)
        let compression = Compression(magic: start)
        guard compression != nil || TarArchive.startsLikeTar(start) else {
            return ListedLayer(
                path: path, size: size, sha256: nil, start: start, kept: nil, listed: nil, damage: nil)
        }
        // The digest of a plain layer is stated by the image's config, that of a compressed one perhaps nowhere.
        let hashed = compression.map { _ in CountingReader(whole, path: path) }
        var listing: LayerListing?
        var listed: ListedFiles?
        var damage: TarError?
        do throws(TarError) {
            switch depth {
            case .bounded: listing = try Self.listing(of: hashed ?? whole, compression, path)
            case .full: listed = try Self.files(of: hashed ?? whole, compression, path, budget)
            }
        } catch {
            // The stream itself failed, not the content of the layer.
            if let failure = hashed?.failure { throw failure }
            switch error {
            case .failed(let failure) where hashed == nil: throw failure
            case .notATar: break
            default: damage = error
            }
        }
        return ListedLayer(
            path: path, size: size, sha256: try hashed?.finish(), start: start,
            kept: listing, listed: listed,
            damage: damage ?? listing?.damage ?? listed?.damage)
    }

    /// A compressed layer is listed up to the limit of a bounded search.
    static func listing(
        of bytes: any ByteReader, _ compression: Compression?, _ path: String
    ) throws(TarError) -> LayerListing {
        guard let compression else { return try LayerListing(reading: bytes, path: path) }
        var budget = LayerReading.layerBudget
        return try LayerListing(
            reading: try content(of: bytes, compression, path), path: path, budget: &budget
        ) { _, _ in false }
    }

    /// All files of a layer. Throws if the bytes are no tar or cannot be read.
    static func files(
        of bytes: any ByteReader, _ compression: Compression?, _ path: String, _ budget: FileBudget
    ) throws(TarError) -> ListedFiles {
        let content = try compression.map { (compression) throws(TarError) in
            try self.content(of: bytes, compression, path)
        }
        let listed = ListedFiles(reading: content ?? bytes, path: path, budget: budget)
        switch listed.fault {
        case .tar(.failed(let failure))?: throw .failed(failure)
        case .tar(.notATar(let path))?: throw .notATar(path: path)
        default: return listed
        }
    }

    private static func content(
        of bytes: any ByteReader, _ compression: Compression, _ path: String
    ) throws(TarError) -> any ByteReader {
        try mapping(TarError.failed) { () throws(IOFailure) in try compression.decoder(over: bytes, path: path) }
    }
}

/// A layer whose bytes have passed, with its listing.
protocol ListedSource: PassedSource {
    /// `nil` if the layer is damaged or no tar.
    var listing: LayerListing? { get }
    /// All files of the layer; `nil` if they were not listed.
    var listed: ListedFiles? { get }
    var damage: TarError? { get }
    /// The same layer, to be read to its end; `nil` if it cannot be read again.
    var whole: (any ByteSource)? { get }
}

extension ListedSource {
    var listed: ListedFiles? { nil }
    var whole: (any ByteSource)? { nil }
}

/// A layer that passed in a stream.
struct ListedLayer: ListedSource {
    let path: String
    let size: Int64
    let sha256: [UInt8]?
    let start: [UInt8]
    /// The listing of a bounded search.
    let kept: LayerListing?
    let listed: ListedFiles?
    let damage: TarError?

    var listing: LayerListing? { kept ?? listed?.listing }
}
