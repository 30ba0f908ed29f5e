package import ByteIO

/// Bytes in memory that are read in small steps and may end with an error.
package struct ScriptedSource: ByteSource {
    package let path: String
    package var size: Int64 { statedSize ?? Int64(content.count) }
    private let content: [UInt8]
    private let step: Int
    private let failure: IOFailure?
    private let statedSize: Int64?

    /// `step` limits the bytes per read. `failure` is thrown at the end of the content.
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
            // A copy of each element would take seconds in a debug build for large contents.
            let range = position..<position + count
            buffer.withUnsafeMutableBytes { target in
                content[range].withUnsafeBytes { target.copyMemory(from: $0) }
            }
            position += count
            return count
        }
    }
}

package enum SampleBytes {
    /// Compressible bytes, the same in every run.
    package static func text(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + block.count)
        // The offset in front of each block makes all blocks different.
        while bytes.count < count { bytes += Array("\(bytes.count)".utf8) + block }
        return Array(bytes.prefix(count))
    }

    private static let block = noise(4096)

    /// Bytes that compress to about half their size.
    package static func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 12345
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(ascii: "a") + UInt8(truncatingIfNeeded: state >> 28)
        }
    }
}

extension ByteSource {
    /// The whole content, read in pieces of `piece` bytes.
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
