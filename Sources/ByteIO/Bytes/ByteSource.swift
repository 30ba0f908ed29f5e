/// Where bytes are, without reading them: its size is known, and it can be opened any number of times.
package protocol ByteSource: Sendable {
    var path: String { get }
    var size: Int64 { get }
    func open() throws(IOFailure) -> any ByteReader
    /// The same bytes where they can be read by offset; nil: only in order.
    var window: FileWindow? { get throws(IOFailure) }
    /// The first bytes, as many as there are; for recognising a format.
    func head(_ count: Int) throws(IOFailure) -> [UInt8]
}

extension ByteSource {
    package var window: FileWindow? { nil }

    package func head(_ count: Int) throws(IOFailure) -> [UInt8] {
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(min(Int64(count), size)))
        let got = try reader.fill(&buffer, count: buffer.count)
        buffer.removeLast(buffer.count - got)
        return buffer
    }

    /// Refused beyond `limit` before anything is read.
    package func bytes(limit: Int64) throws(IOFailure) -> [UInt8] {
        if size > limit { throw IOFailure(.read, path, .tooLarge(limit: limit)) }
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(size))
        let got = try reader.fill(&buffer, count: buffer.count)
        guard got == buffer.count else { throw IOFailure(.read, path, .truncated) }
        return buffer
    }

    package func hasSameBytes(as other: any ByteSource) throws(IOFailure) -> Bool {
        guard size == other.size else { return false }
        var one = try open()
        var two = try other.open()
        var left = [UInt8](repeating: 0, count: 64 * 1024)
        var right = left
        while true {
            let got = try one.fill(&left, count: left.count)
            guard got == (try two.fill(&right, count: right.count)) else { return false }
            if got == 0 { return true }
            if left[..<got] != right[..<got] { return false }
        }
    }
}
