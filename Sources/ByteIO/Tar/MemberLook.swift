/// Somebody who wants to see the members of a stream while they pass.
package protocol MemberLook: Sendable {
    /// Reads as much of the member as it likes; what it gives back stands for the member from then on.
    func pass(
        _ reader: any ByteReader, path: String, name: String, size: Int64
    ) throws(IOFailure) -> any ByteSource
}

/// The member of a stream that is passing now. A stream that ends before its member does is an error.
final class MemberReader: ByteReader {
    private let input: TarStreamInput
    private var left: Int64

    init(_ input: TarStreamInput, left: Int64) {
        self.input = input
        self.left = left
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        guard left > 0 else { return 0 }
        let piece = try input.next(min(left, Int64(buffer.count)))
        guard !piece.isEmpty || buffer.count == 0 else { throw IOFailure(.read, input.path, .truncated) }
        buffer.copy(from: piece.span)
        left -= Int64(piece.count)
        return piece.count
    }

    /// What was left unread.
    func drain() throws(IOFailure) {
        while left > 0 {
            let piece = try input.next(left)
            guard !piece.isEmpty else { throw IOFailure(.read, input.path, .truncated) }
            left -= Int64(piece.count)
        }
    }
}
