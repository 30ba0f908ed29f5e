internal import ByteIO
internal import ImageModel

/// Reads the layers of an image, the topmost first, until the evidence is clear.
struct LayerReading {
    private let config: ConfigView
    private let layers: [ImageContents.Layer]
    private let depth: EvidenceDepth
    private let wanted: Set<String>
    /// One for each layer, the lowest first.
    private var listings: [(digest: Digest, listing: LayerListing?)]
    /// Layers that are absent, damaged or no tar, so that their files are unknown.
    private var unknown: Set<Int> = []
    /// Layers whose content ends or breaks off.
    private var damaged: [Digest: TarError] = [:]
    private var search: EntrypointSearch?
    private let effort = SearchBudget()

    /// The limit of bytes to decompress of one layer and of all layers: thirty milliseconds of one core. The programs
    /// of a distribution's base are within its first few megabytes.
    static let layerBudget: Int64 = 8 << 20
    private static let imageBudget: Int64 = 24 << 20
    /// The number of programs in a bin directory that suffices if the entrypoint was not found.
    private static let enoughPrograms = 64
    /// More layers than any engine supports. Each new layer repeats the search in those above, so the time is
    /// quadratic.
    private static let layerLimit = 512
    private let listingLimit: Int

    /// `layers` replace those of the image, with other sources.
    init(
        _ image: ImageContents, _ depth: EvidenceDepth, layers: [ImageContents.Layer]? = nil,
        listingLimit: Int = LayerListing.sumLimit
    ) {
        self.listingLimit = listingLimit
        config = image.config
        self.layers = layers ?? image.layers
        self.depth = depth
        wanted = Set(
            EntrypointSearch.words(of: config).prefix(1).map { LayerListing.name(of: $0) })
        listings = self.layers.map { ($0.digest, nil) }
    }

    mutating func evidence() throws(IOFailure) -> Evidence {
        var budget = Self.imageBudget
        var cost = 0
        for number in layers.indices.reversed() {
            if depth == .bounded, listings.count - number > Self.layerLimit { break }
            // Without the listings of lower layers the evidence is undecided, unless an upper layer has it.
            if cost > listingLimit { break }
            try read(number, &budget)
            cost += listings[number].listing?.cost ?? 0
            if depth == .bounded, try isSettled(number) { break }
        }
        return try judged()
    }

    mutating func evidence(given: [LayerListing?]) throws(IOFailure) -> Evidence {
        var none: Int64 = 0
        for (number, layer) in layers.enumerated() {
            if given.count > number, let listing = given[number] {
                listings[number].listing = listing
                if let damage = listing.damage { take(damage, of: number) }
            } else if let source = layer.source, try Self.isPlain(source) {
                try read(number, &none)
            } else {
                unknown.insert(number)
            }
        }
        return try judged()
    }

    private mutating func read(_ number: Int, _ budget: inout Int64) throws(IOFailure) {
        guard let source = layers[number].source else {
            unknown.insert(number)
            return
        }
        listings[number].listing = try listing(of: source, number, &budget)
        if let damage = listings[number].listing?.damage { take(damage, of: number) }
    }

    private mutating func take(_ damage: TarError, of number: Int) {
        unknown.insert(number)
        damaged[layers[number].digest] = damage
    }

    // MARK: - Reading

    /// The number of bytes that tell a compression.
    private static let magicSize = 16

    private static func isPlain(_ source: any ByteSource) throws(IOFailure) -> Bool {
        guard let window = try source.window else { return false }
        return Compression(magic: try window.bytes(at: 0, count: magicSize)) == nil
    }

    /// `nil` if the layer is damaged, no tar, or beyond the budget. Throws if its bytes cannot be read: a search that failed
    /// must not look like one that found nothing.
    private mutating func listing(
        of source: any ByteSource, _ number: Int, _ budget: inout Int64
    ) throws(IOFailure) -> LayerListing? {
        if let passed = source as? any ListedSource {
            if depth == .full, passed.listing?.isComplete != true, let whole = passed.whole {
                return try listing(of: whole, number, &budget)
            }
            if let damage = passed.damage { take(damage, of: number) }
            if passed.listing == nil { unknown.insert(number) }
            return passed.listing
        }
        do throws(TarError) {
            var start: [UInt8]
            let whole: any ByteReader
            let window: FileWindow?
            do throws(IOFailure) {
                window = try source.window
                if window == nil, depth == .bounded, budget <= 0 { return nil }
                // Opened once: each opening of a layer in a registry is a request.
                if let window {
                    start = try window.bytes(at: 0, count: TarMembers.startSize)
                    whole = PrefixedReader(start, then: window.reader(from: Int64(start.count)))
                } else {
                    var stored = try depth == .full ? source.open() : source.openInParts()
                    start = [UInt8](repeating: 0, count: Self.magicSize)
                    start.removeLast(start.count - (try stored.fill(&start, count: start.count)))
                    whole = PrefixedReader(start, then: stored)
                }
            } catch { throw .failed(error) }
            let compression = Compression(magic: start)
            if compression == nil, let window {
                var wanted = wanted
                if let pending = search?.pending { wanted.insert(pending) }
                return try LayerListing(of: window, start: start, wanted: wanted)
            }
            return try inOrder(whole, compression, source.path, number, &budget)
        } catch {
            switch error {
            case .failed(let failure) where failure.operation != .decompress: throw failure
            case .notATar: unknown.insert(number)
            default: take(error, of: number)
            }
            return nil
        }
    }

    private mutating func inOrder(
        _ stored: any ByteReader, _ compression: Compression?, _ path: String, _ number: Int, _ budget: inout Int64
    ) throws(TarError) -> LayerListing? {
        let reader: any ByteReader
        do throws(IOFailure) { reader = try compression?.decoder(over: stored, path: path) ?? stored } catch {
            throw .failed(error)
        }
        if depth == .full { return try LayerListing(reading: reader, path: path) }
        guard budget > 0 else { return nil }
        var left = min(budget, Self.layerBudget)
        let allowed = left
        defer { budget -= allowed - left }
        return try LayerListing(reading: reader, path: path, budget: &left) { (listing, file) throws(IOFailure) in
            try isEnough(listing, file, number)
        }
    }

    /// Whether the wanted file was found and is a program, or enough programs were found.
    private func isEnough(_ listing: LayerListing, _ path: String, _ number: Int) throws(IOFailure) -> Bool {
        if listing.binPrograms >= Self.enoughPrograms { return true }
        let name = LayerListing.name(of: path)
        guard name == search?.pending || wanted.contains(name) else { return false }
        var seen = listings
        seen[number].listing = listing
        var search = EntrypointSearch(ImageTree(seen, effort), config)
        return try search.witness() != nil
    }

    private mutating func isSettled(_ number: Int) throws(IOFailure) -> Bool {
        guard let listing = listings[number].listing else { return false }
        if listing.binPrograms >= Self.enoughPrograms { return true }
        guard listing.meetsWanted else { return false }
        var search = EntrypointSearch(ImageTree(listings, effort), config)
        let witness = try search.witness()
        self.search = search
        return witness != nil
    }

    // MARK: - Judging

    private func judged() throws(IOFailure) -> Evidence {
        let (witnesses, sawPrograms) = try EvidenceSearch.witnesses(ImageTree(listings, effort), config, isCertain)
        if effort.isExhausted { return Evidence(witnesses: [], silence: .undecided, damaged: damaged) }
        return Evidence(witnesses: witnesses, silence: silence(sawPrograms: sawPrograms), damaged: damaged)
    }

    /// Whether no layer above can have replaced or hidden the file.
    private func isCertain(_ witness: Evidence.Witness) -> Bool {
        guard let above = unknown.max() else { return true }
        return listings.lastIndex { $0.digest == witness.layer }.map { $0 >= above } ?? false
    }

    private func silence(sawPrograms: Bool) -> Evidence.Silence {
        if !unknown.isEmpty { return .unreadable }
        if sawPrograms { return .mixed }
        let isCutShort = listings.contains { $0.listing == nil || $0.listing?.isComplete == false }
        return isCutShort ? .undecided : .noExecutables
    }
}

/// The limit of work for one search with any paths and links of the image: about a second. Real images need a
/// thousandth of it.
final class SearchBudget {
    private var left = 200_000_000

    /// Whether the limit is reached. Results found after it are not reliable.
    var isExhausted: Bool { left <= 0 }

    /// Charges for looking up a path and its parents in each layer.
    func spend(on path: String, layers: Int) -> Bool {
        var depth = 1
        for byte in path.utf8 where byte == UInt8(ascii: "/") { depth += 1 }
        left -= min(left, (path.utf8.count + 16) * depth * (layers + 1))
        return !isExhausted
    }
}
