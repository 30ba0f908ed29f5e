package import ByteIO

/// Bytes in memory that come as slowly as a test wants, and may end in a failure instead of an end.
package struct ScriptedSource: ByteSource {
    package let path: String
    package var size: Int64 { statedSize ?? Int64(content.count) }
    private let content: [UInt8]
    private let step: Int
    private let failure: IOFailure?
    private let statedSize: Int64?

    /// `step` is the most that one read gives; `failure` is thrown where the end would be.
    package init(
        _ content: [UInt8], step: Int = .max, failure: IOFailure? = nil, statedSize: Int64? = nil,
        path: String = "scripted"
    ) {
        self.content = content
        self.step = step
        self.failure = failure
        self.statedSize = statedSize
        self.path = path
    }

    package func open() -> any ByteReader { Reader(content: content, step: step, failure: failure) }

    private struct Reader: ByteReader {
        let content: [UInt8]
        let step: Int
        let failure: IOFailure?
        var position = 0

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let count = min(buffer.count, step, content.count - position)
            if count == 0, buffer.count > 0, let failure { throw failure }
            for index in 0..<count { buffer[index] = content[position + index] }
            position += count
            return count
        }
    }
}

package enum SampleBytes {
    /// Bytes that compress, but not to nothing, and are the same every time.
    package static func text(_ count: Int) -> [UInt8] {
        var state: UInt32 = 12345
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(ascii: "a") + UInt8(truncatingIfNeeded: state >> 28)
        }
    }
}

extension ByteSource {
    /// Everything up to the end, read in pieces of `piece` bytes.
    package func all(piece: Int = 64 * 1024) throws(IOFailure) -> [UInt8] {
        var reader = try open()
        return try reader.all(piece: piece)
    }
}

extension ByteReader {
    package mutating func all(piece: Int = 64 * 1024) throws(IOFailure) -> [UInt8] {
        var collected: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            var span = buffer.mutableSpan
            let got = try read(into: &span)
            if got == 0 { return collected }
            collected += buffer[..<got]
        }
    }
}
