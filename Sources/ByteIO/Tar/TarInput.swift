/// The input of a tar reader, read forward by offset. A file can be read anywhere; a stream discards the bytes between.
protocol TarInput {
    var path: String { get }
    /// The whole length; `nil` if it is not known beforehand.
    var length: Int64? { get }
    /// Whether the archive has all bytes before `offset`. A stream is read that far.
    mutating func reaches(_ offset: Int64) throws(IOFailure) -> Bool
    /// Fewer bytes than requested only at the end.
    mutating func bytes(at offset: Int64, count: Int) throws(IOFailure) -> ArraySlice<UInt8>
}

/// Reads headers of a file through a small buffer, so that many small members need few calls.
struct TarFileInput: TarInput {
    static let windowSize = 16 * 1024
    private let file: FileWindow
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    /// `start` are the first bytes if the caller has read them already.
    init(_ file: FileWindow, start: [UInt8] = []) {
        self.file = file
        window = start
    }

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

/// A stream that counts its position. The caller takes a member between two headers with `next`, or skips it by
/// requesting a later offset.
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

    /// At most `limit` bytes from the position; empty at the end.
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

    /// Reads to the end, so that a producer at the other end of a pipe is not cut off and the checksum of a compressed
    /// stream is checked. Padding has a limit; more is not read.
    func drain() throws(IOFailure) {
        let end = position + Self.longestPadding
        while position < end { if try next(end - position).isEmpty { return } }
    }

    private static let longestPadding: Int64 = 64 << 20
}
