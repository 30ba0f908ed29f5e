/// Counts and hashes the bytes that are read through it. Belongs to one thread at a time.
///
/// An error of the source is kept: reading on throws it again, so it can never be taken for the end.
package final class CountingReader: ByteReader {
    private var source: any ByteReader
    private let path: String
    private let hashing: SharedHashing
    private let side: SharedHashing.Side
    private let crew: CopyCrew?
    private let expected: Int64
    private let isLimited: Bool
    private let offersHashing: Bool
    private let progress: (Int) -> Void

    package private(set) var count: Int64 = 0
    /// The error that ended reading; `nil` if there was none.
    package private(set) var failure: IOFailure?
    /// The first bytes, one block of a tar at most.
    private(set) var head: [UInt8] = []

    /// The bytes on one side of `hashing`, as a part of the crew's work. `isLimited`: never reads more than one byte
    /// beyond `expected`. `offersHashing`: an idle worker of the crew may take over the hashing of a big blob.
    init(
        _ source: any ByteReader, path: String, _ hashing: SharedHashing, side: SharedHashing.Side = .stored,
        crew: CopyCrew? = nil, expected: Int64 = .max, isLimited: Bool = false, offersHashing: Bool = false,
        progress: @escaping (Int) -> Void = { _ in }
    ) {
        self.source = source
        self.path = path
        self.hashing = hashing
        self.side = side
        self.crew = crew
        self.expected = expected
        self.isLimited = isLimited
        self.offersHashing = offersHashing
        self.progress = progress
    }

    /// Computes the SHA-256 of all bytes.
    package convenience init(_ source: any ByteReader, path: String) {
        self.init(source, path: path, SharedHashing(stored: [.sha256]))
    }

    /// The SHA-256 of all bytes, those that were not read yet included.
    package func finish() throws(IOFailure) -> [UInt8] {
        try drain()
        return hashing.finish().stored[.sha256] ?? []
    }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let got = try next(into: &buffer)
        hashing.hash(side, buffer.span.extracting(0..<got))
        return got
    }

    /// Reads to the end. Buffers go to the assistant, if there is one, without a copy.
    func drain() throws(IOFailure) {
        var own = [UInt8](repeating: 0, count: transferSize)
        while true {
            let wasShared = hashing.isShared
            var buffer = wasShared ? hashing.emptyBuffer() : exchange(&own, with: [])
            var span = buffer.mutableSpan
            let got = try next(into: &span)
            if got == 0 { return }
            hashing.hash(side, &buffer, count: got)
            // The assistant may have come while this buffer was read, and has it now.
            if !wasShared { own = buffer.isEmpty ? [UInt8](repeating: 0, count: transferSize) : buffer }
        }
    }

    private func next(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if let failure { throw failure }
        do throws(IOFailure) {
            let got = try nextUnkept(into: &buffer)
            for index in 0..<min(got, TarHeader.blockSize - head.count) { head.append(buffer[index]) }
            count += Int64(got)
            progress(got)
            return got
        } catch {
            failure = error
            throw error
        }
    }

    private func nextUnkept(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        try Interruption.check(.read, path)
        if let crew {
            if crew.hasFailed { throw IOFailure(.read, path, .interrupted) }
            if offersHashing, !hashing.isShared, expected - count > CopyCrew.worthSharing { crew.offer(hashing) }
        }
        guard isLimited else { return try source.read(into: &buffer) }
        var part = buffer._mutatingExtracting(0..<Int(min(Int64(buffer.count), expected - count + 1)))
        return part.isEmpty ? 0 : try source.read(into: &part)
    }
}

extension ContentHasher {
    /// The digests of a compressed file and of its content.
    package struct Both: Sendable {
        package let bytes: [UInt8]
        package let content: [UInt8]
    }

    /// One pass over `source`.
    package static func hash(
        _ source: any ByteSource, decompressing compression: Compression, _ algorithm: Algorithm
    ) throws(IOFailure) -> Both {
        let compressed = CountingReader(try source.open(), path: source.path)
        var content = try compression.decoder(over: compressed, path: source.path)
        var hasher = ContentHasher(algorithm)
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            // Few compressed bytes can be many bytes of content, so this is checked here too.
            try Interruption.check(.read, source.path)
            let got = try content.fill(&buffer, count: buffer.count)
            if got == 0 { break }
            hasher.update(buffer.span.extracting(0..<got))
        }
        return Both(bytes: try compressed.finish(), content: hasher.digest())
    }
}
