package import ByteIO
internal import ImageModel

/// Reads the layers of an image, the topmost first, as far as it takes.
struct LayerReading {
    private let image: ImageContents
    private let depth: EvidenceDepth
    private let wanted: Set<String>
    /// As many as there are layers, the lowest first.
    private var listings: [(digest: Digest, listing: LayerListing?)]
    /// Layers that are absent or cannot be read: nobody knows what they hide.
    private var unknown: Set<Int> = []
    private var search: EntrypointSearch?
    private let effort = LookEffort()

    /// What may be decompressed of one layer and of all layers: thirty milliseconds of one core. The programs of a
    /// distribution's base stand within its first few megabytes.
    static let layerBudget: Int64 = 8 << 20
    private static let imageBudget: Int64 = 24 << 20
    /// So many programs of a bin directory settle it when the entrypoint has not come by.
    private static let enoughPrograms = 64
    /// More than any engine stacks. After each layer all above it are asked again, so that more would take their square.
    private static let layerLimit = 512

    init(_ image: ImageContents, _ depth: EvidenceDepth) {
        self.image = image
        self.depth = depth
        wanted = Set(
            EntrypointSearch.words(of: image.config).prefix(1).map { LayerListing.name(of: $0) })
        listings = image.layers.map { ($0.digest, nil) }
    }

    mutating func evidence() throws(IOFailure) -> Evidence {
        var budget = Self.imageBudget
        for number in image.layers.indices.reversed() {
            if depth == .bounded, listings.count - number > Self.layerLimit { break }
            try read(number, &budget)
            if depth == .bounded, try isSettled(number) { break }
        }
        return try judged()
    }

    mutating func evidence(given: [LayerListing?]) throws(IOFailure) -> Evidence {
        var none: Int64 = 0
        for (number, layer) in image.layers.enumerated() {
            if given.count > number, let listing = given[number] {
                listings[number].listing = listing
            } else if let source = layer.source, try Self.isPlain(source) {
                try read(number, &none)
            } else {
                unknown.insert(number)
            }
        }
        return try judged()
    }

    private mutating func read(_ number: Int, _ budget: inout Int64) throws(IOFailure) {
        guard let source = image.layers[number].source else {
            unknown.insert(number)
            return
        }
        listings[number].listing = try listing(of: source, number, &budget)
        if listings[number].listing?.damage != nil { unknown.insert(number) }
    }

    // MARK: - Reading

    private static func isPlain(_ source: any ByteSource) throws(IOFailure) -> Bool {
        guard let window = try source.window else { return false }
        return Compression(magic: try window.bytes(at: 0, count: 16)) == nil
    }

    /// nil: it cannot be read, or it is no tar.
    private mutating func listing(
        of source: any ByteSource, _ number: Int, _ budget: inout Int64
    ) throws(IOFailure) -> LayerListing? {
        if let passed = source as? ListedLayer {
            if passed.listing == nil { unknown.insert(number) }
            return passed.listing
        }
        do throws(TarError) {
            var start = [UInt8](repeating: 0, count: 16)
            let whole: any ByteReader
            let window: FileWindow?
            do throws(IOFailure) {
                window = try source.window
                if window == nil, depth == .bounded, budget <= 0 { return nil }
                // Opened once: a layer in a registry is asked for once.
                var stored = if let window { window.open() } else { try source.open() }
                start.removeLast(start.count - (try stored.fill(&start, count: start.count)))
                whole = PrefixedReader(start, then: stored)
            } catch { throw .failed(error) }
            let compression = Compression(magic: start)
            if compression == nil, let window {
                return try LayerListing(of: window, wanted: wanted.union(search?.pending.map { [$0] } ?? []))
            }
            return try inOrder(whole, compression, source.path, number, &budget)
        } catch {
            if case .failed(let failure) = error, failure.cause == .interrupted { throw failure }
            unknown.insert(number)
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
        return try LayerListing(reading: reader, path: path, budget: &left) { listing, file in
            isEnough(listing, file, number)
        }
    }

    /// The file that was waited for has come by and is a program, or programs enough have.
    private func isEnough(_ listing: LayerListing, _ path: String, _ number: Int) -> Bool {
        if listing.binPrograms >= Self.enoughPrograms { return true }
        let name = LayerListing.name(of: path)
        guard name == search?.pending || wanted.contains(name) else { return false }
        var seen = listings
        seen[number].listing = listing
        var search = EntrypointSearch(ImageTree(seen, effort), image.config)
        return (try? search.witness()) != nil
    }

    private mutating func isSettled(_ number: Int) throws(IOFailure) -> Bool {
        guard let listing = listings[number].listing else { return false }
        if listing.binPrograms >= Self.enoughPrograms { return true }
        guard listing.meetsWanted else { return false }
        var search = EntrypointSearch(ImageTree(listings, effort), image.config)
        let witness = try search.witness()
        self.search = search
        return witness != nil
    }

    // MARK: - Judging

    private func judged() throws(IOFailure) -> Evidence {
        let tree = ImageTree(listings, effort)
        var entrypoint = EntrypointSearch(tree, image.config)
        var witnesses: [Evidence.Witness] = []
        if let witness = try entrypoint.witness(), isCertain(witness) {
            witnesses.append(witness)
            // Most programs run on one architecture only; then nothing else needs to be asked.
            if !witness.machine.runsElsewhere { return Evidence(witnesses: witnesses, damaged: damaged) }
        }
        var search = WitnessSearch(tree)
        if let witness = try search.loader(), isCertain(witness) { witnesses.append(witness) }
        if witnesses.count < 2, let witness = try search.majority(), isCertain(witness) { witnesses.append(witness) }
        if witnesses.isEmpty, let witness = try search.elsewhere(), isCertain(witness) { witnesses.append(witness) }
        if effort.isExhausted { return Evidence(witnesses: [], silence: .undecided, damaged: damaged) }
        return Evidence(
            witnesses: witnesses, silence: silence(sawPrograms: search.sawPrograms), damaged: damaged)
    }

    /// No layer above it may have replaced the file or hidden it.
    private func isCertain(_ witness: Evidence.Witness) -> Bool {
        guard let above = unknown.max() else { return true }
        return listings.lastIndex { $0.digest == witness.layer }.map { $0 >= above } ?? false
    }

    private var damaged: [Digest: TarError] {
        var damaged: [Digest: TarError] = [:]
        for layer in listings { damaged[layer.digest] = layer.listing?.damage }
        return damaged
    }

    private func silence(sawPrograms: Bool) -> Evidence.Silence {
        if !unknown.isEmpty { return .unreadable }
        if sawPrograms { return .mixed }
        let isCutShort = listings.contains { $0.listing == nil || $0.listing?.isComplete == false }
        return isCutShort ? .undecided : .noExecutables
    }
}

/// What a look may cost in all, whatever the paths and links are that an image is made of: about a second. Images that
/// somebody means to run need a thousandth of it.
final class LookEffort {
    private var left = 200_000_000

    /// Nothing that was found since says anything.
    var isExhausted: Bool { left <= 0 }

    /// A path is asked for, and everything above it, in each layer.
    func spend(on path: String, layers: Int) -> Bool {
        var depth = 1
        for byte in path.utf8 where byte == UInt8(ascii: "/") { depth += 1 }
        left -= min(left, (path.utf8.count + 16) * depth * (layers + 1))
        return !isExhausted
    }
}

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
