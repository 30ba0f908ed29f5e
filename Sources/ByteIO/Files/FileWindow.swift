/// Part of an open file: a member of a tar, or the whole of a file.
package struct FileWindow: ByteSource {
    private let file: OpenFile
    private let offset: Int64
    package let size: Int64

    package init(_ file: OpenFile, offset: Int64, size: Int64) {
        self.file = file
        self.offset = offset
        self.size = size
    }

    package var path: String { file.path }

    package var window: FileWindow? { self }

    /// Fewer bytes than asked only at the end of the window.
    package func bytes(at offset: Int64, count: Int) throws(IOFailure) -> [UInt8] {
        guard offset >= 0, offset < size else { return [] }
        return try file.bytes(at: self.offset + offset, count: Int(min(Int64(count), size - offset)))
    }

    package func open() -> any ByteReader { FileReader(file, offset: offset, length: size) }
}
