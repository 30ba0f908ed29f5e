/// What a tar is read from: by offset, forward. A file can be read anywhere; a stream discards what lies between.
protocol TarInput {
    var path: String { get }
    /// The whole length, where it is known beforehand.
    var length: Int64? { get }
    /// Whether the archive has all bytes before `offset`. A stream is read as far as that.
    mutating func reaches(_ offset: Int64) throws(IOFailure) -> Bool
    /// Fewer bytes than asked only at the end.
    mutating func bytes(at offset: Int64, count: Int) throws(IOFailure) -> ArraySlice<UInt8>
}

/// Headers of a file, read through a small window so that many small members cost few calls.
struct TarFileInput: TarInput {
    private static let windowSize = 16 * 1024
    private let file: FileWindow
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    init(_ file: FileWindow) { self.file = file }

    init(_ file: OpenFile) { self.init(FileWindow(file, offset: 0, size: file.size)) }

    var path: String { file.path }
    var length: Int64? { file.size }

    func reaches(_ offset: Int64) -> Bool { offset <= file.size }

    mutating func bytes(at offset: Int64, count: Int) throws(IOFailure) -> ArraySlice<UInt8> {
        let start = offset - windowStart
        if start >= 0, start + Int64(count) <= Int64(window.count) {
            return window[Int(start)..<Int(start) + count]
        }
        window = try file.bytes(at: offset, count: max(count, Self.windowSize))
        windowStart = offset
        return window[..<min(count, window.count)]
    }
}

/// A stream of bytes that remembers how far it has come. The member between two headers is either taken by the
/// caller through `read` or skipped by asking for a later offset.
final class TarStreamInput: TarInput {
    let path: String
    private var reader: any ByteReader
    private var buffer = [UInt8](repeating: 0, count: transferSize)
    private var available = 0..<0
    private(set) var position: Int64 = 0

    init(_ reader: any ByteReader, path: String) {
        self.reader = reader
        self.path = path
    }

    var length: Int64? { nil }

    /// At most `limit` bytes from here; empty at the end.
    func next(_ limit: Int64) throws(IOFailure) -> ArraySlice<UInt8> {
        if available.isEmpty {
            try Interruption.check(.read, path)
            var taken = exchange(&buffer, with: [])
            defer { buffer = taken }
            var span = taken.mutableSpan
            available = 0..<(try reader.read(into: &span))
        }
        let count = Int(min(Int64(available.count), limit))
        let piece = available.lowerBound..<available.lowerBound + count
        available = piece.upperBound..<available.upperBound
        position += Int64(count)
        return buffer[piece]
    }

    func reaches(_ offset: Int64) throws(IOFailure) -> Bool {
        while position < offset {
            if try next(offset - position).isEmpty { return false }
        }
        return true
    }

    func bytes(at offset: Int64, count: Int) throws(IOFailure) -> ArraySlice<UInt8> {
        guard try reaches(offset) else { return [] }
        var collected: [UInt8] = []
        while collected.count < count {
            let piece = try next(Int64(count - collected.count))
            if piece.isEmpty { break }
            collected.append(contentsOf: piece)
        }
        return collected[...]
    }

    /// Reads to the end, so that a producer at the other end of a pipe is not cut off, and so that a compressed
    /// stream's own checksum is looked at. Padding has an end; what goes on beyond this is not waited for.
    func drain() throws(IOFailure) {
        let end = position + Self.longestPadding
        while position < end { if try next(end - position).isEmpty { return } }
    }

    private static let longestPadding: Int64 = 64 << 20
}
