internal import ByteIO
internal import ImageModel
internal import Synchronization

/// The starts of layers in registries that several images of one search contain.
///
/// Guarantees that every byte of such a layer is fetched at most once, also if several threads read the layer at one
/// time. The fetched bytes are kept until the last image with the layer has been searched, up to a limit of memory for
/// all layers. Beyond the limit one reader continues the transfer, and every other one fetches the layer again.
final class FetchedPrefixes: Sendable {
    private let starts: [Key: FetchedPrefix]

    /// A layer of one repository. Bytes are not verified here, so another repository is no substitute.
    private struct Key: Hashable {
        let digest: Digest
        let size: Int64
        let repository: RepositoryName

        /// `nil` if the bytes are on this machine or absent.
        init?(_ layer: ImageContents.Layer) {
            guard let source = layer.source, let repository = source.repository else { return nil }
            digest = layer.digest
            size = source.size
            self.repository = repository
        }
    }

    /// The limit of the bytes that are kept of all layers together.
    static let memoryLimit = 32 << 20

    init(_ images: [ImageContents], limit: Int = FetchedPrefixes.memoryLimit) {
        var found: [Key: (source: any ByteSource, uses: Int)] = [:]
        for layer in images.lazy.flatMap(\.layers) {
            guard let key = Key(layer), let source = layer.source else { continue }
            found[key, default: (source, 0)].uses += 1
        }
        let memory = PrefixMemory(limit)
        starts = found.compactMapValues { found in
            found.uses > 1 ? FetchedPrefix(found.source, uses: found.uses, memory) : nil
        }
    }

    /// The layers of an image, with the starts in the place of layers that other images contain too.
    func replacing(_ layers: [ImageContents.Layer]) -> [ImageContents.Layer] {
        if starts.isEmpty { return layers }
        return layers.map { layer in
            guard let start = Key(layer).flatMap({ starts[$0] }) else { return layer }
            return ImageContents.Layer(digest: layer.digest, source: PrefixedLayer(start: start), diffID: layer.diffID)
        }
    }

    /// Frees the memory of the layers that no other image needs. The image has been searched.
    func release(_ image: ImageContents) {
        if starts.isEmpty { return }
        for layer in image.layers { Key(layer).flatMap { starts[$0] }?.release() }
    }
}

/// The memory for the starts of all layers.
private final class PrefixMemory: Sendable {
    private let left: Mutex<Int>

    init(_ limit: Int) { left = Mutex(limit) }

    /// Whether there was room for `count` bytes.
    func take(_ count: Int) -> Bool {
        left.withLock { left in
            guard count <= left else { return false }
            left -= count
            return true
        }
    }

    func give(_ count: Int) { left.withLock { $0 += count } }
}

/// The bytes of one layer that were fetched so far. Readers of one layer wait for each other's requests.
private final class FetchedPrefix: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        /// The number of pieces that the transfer has delivered, also those that are not kept.
        var fetched = 0
        /// The transfer behind these pieces; `nil` before the first request, at the end and after a failure.
        var transfer: (any ByteReader)?
        var isEnded = false
        var uses: Int
    }

    /// The next piece for a reader.
    enum Step {
        case piece([UInt8])
        case end
        /// The reader has to fetch the layer itself.
        case alone
    }

    let source: any ByteSource
    private let memory: PrefixMemory
    private let state: Mutex<State>

    /// Divides the sizes of the ranges that are requested, so that no piece needs two of them.
    private static let pieceSize = 64 << 10

    init(_ source: any ByteSource, uses: Int, _ memory: PrefixMemory) {
        self.source = source
        self.memory = memory
        state = Mutex(State(uses: uses))
    }

    /// The piece with this number. `inParts`: the reader probably stops early.
    func step(_ number: Int, inParts: Bool) throws(IOFailure) -> Step {
        try state.withLock { (state) throws(IOFailure) -> Step in
            if number < state.pieces.count { return .piece(state.pieces[number]) }
            guard number == state.fetched else { return .alone }
            if state.isEnded { return .end }
            let isKept = state.pieces.count == state.fetched && memory.take(Self.pieceSize)
            guard state.transfer != nil || number == 0 && isKept else {
                if isKept { memory.give(Self.pieceSize) }
                return .alone
            }
            let piece: [UInt8]
            do throws(IOFailure) { piece = try fetch(&state, inParts: inParts) } catch {
                state.transfer = nil
                if isKept { memory.give(Self.pieceSize) }
                throw error
            }
            if isKept { memory.give(Self.pieceSize - piece.count) }
            if isKept, !piece.isEmpty { state.pieces.append(piece) }
            return piece.isEmpty ? .end : .piece(piece)
        }
    }

    private func fetch(_ state: inout State, inParts: Bool) throws(IOFailure) -> [UInt8] {
        if state.transfer == nil { state.transfer = try inParts ? source.openInParts() : source.open() }
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        let got = try state.transfer?.fill(&piece, count: piece.count) ?? 0
        if got > 0 { state.fetched += 1 }
        if got == piece.count { return piece }
        state.transfer = nil
        state.isEnded = true
        return Array(piece.prefix(got))
    }

    func release() {
        state.withLock { state in
            state.uses -= 1
            guard state.uses == 0 else { return }
            memory.give(state.pieces.reduce(0) { $0 + $1.count })
            state.pieces = []
            state.transfer = nil
        }
    }
}

/// A layer whose start is fetched once for all its readers.
private struct PrefixedLayer: ByteSource {
    let start: FetchedPrefix

    var path: String { start.source.path }
    var size: Int64 { start.source.size }
    var traits: SourceTraits { start.source.traits }

    func open() -> any ByteReader { Reader(start, inParts: false) }

    func openInParts() -> any ByteReader { Reader(start, inParts: true) }

    private final class Reader: ByteReader {
        private let start: FetchedPrefix
        private let inParts: Bool
        private var next = 0
        private var piece: ArraySlice<UInt8> = []
        /// The number of bytes that were returned.
        private var position = 0
        /// The own transfer; `nil` as long as the reader shares that of the layer.
        private var own: (any ByteReader)?

        init(_ start: FetchedPrefix, inParts: Bool) {
            self.start = start
            self.inParts = inParts
        }

        func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if own == nil, piece.isEmpty { try advance() }
            if own != nil { return try own?.read(into: &buffer) ?? 0 }
            let count = min(buffer.count, piece.count)
            for index in 0..<count { buffer[index] = piece[piece.startIndex + index] }
            piece = piece.dropFirst(count)
            position += count
            return count
        }

        private func advance() throws(IOFailure) {
            switch try start.step(next, inParts: inParts) {
            case .piece(let bytes):
                piece = bytes[...]
                next += 1
            case .end: break
            case .alone: own = try reopened()
            }
        }

        /// The layer behind the bytes that were returned.
        private func reopened() throws(IOFailure) -> any ByteReader {
            var reader = try inParts ? start.source.openInParts() : start.source.open()
            var skipped = [UInt8](repeating: 0, count: transferSize)
            var left = position
            while left > 0 {
                let got = try reader.fill(&skipped, count: min(left, skipped.count))
                if got == 0 { throw IOFailure(.read, path, .truncated) }
                left -= got
            }
            return reader
        }

        private var path: String { start.source.path }
    }
}
