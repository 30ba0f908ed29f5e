/// A member of a stream, written to the staging while it passed, with the digest its bytes had. It can be adopted by
/// rename instead of being read again.
package struct SpooledFile: HashedSource {
    /// The source it came from: what a user knows.
    package let path: String
    /// Where it waits.
    package let file: String
    package let size: Int64
    package let sha256: [UInt8]

    package var knownSHA256: [UInt8]? { sha256 }

    package init(path: String, file: String, size: Int64, sha256: [UInt8]) {
        self.path = path
        self.file = file
        self.size = size
        self.sha256 = sha256
    }

    package var window: FileWindow? {
        get throws(IOFailure) { FileWindow(try OpenFile(path: file), offset: 0, size: size) }
    }

    package func open() throws(IOFailure) -> any ByteReader { FileReader(try OpenFile(path: file)) }
}
