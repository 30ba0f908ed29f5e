/// A window of an open file as a stream. A window that the file does not fill is an error, not an early end.
package struct FileReader: ByteReader {
    private let file: OpenFile
    private var offset: Int64
    private let end: Int64

    package init(_ file: OpenFile, offset: Int64, length: Int64) {
        self.file = file
        self.offset = offset
        self.end = offset + length
    }

    package init(_ file: OpenFile) {
        self.init(file, offset: 0, length: file.size)
    }

    package mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let wanted = Int(min(Int64(buffer.count), end - offset))
        guard wanted > 0 else { return 0 }
        var part = buffer._mutatingExtracting(0..<wanted)
        let got = try file.read(at: offset, into: &part)
        guard got == wanted else { throw IOFailure(.read, file.path, .truncated) }
        offset += Int64(got)
        return got
    }
}
