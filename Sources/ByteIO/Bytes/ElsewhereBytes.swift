/// Bytes that somebody else has: their size is known, and they cannot be read here.
package struct ElsewhereBytes: ByteSource {
    package let path: String
    package let size: Int64

    package init(path: String, size: Int64) {
        self.path = path
        self.size = size
    }

    package func open() throws(IOFailure) -> any ByteReader {
        throw IOFailure(.open, path, .system(IOFailure.noSuchFile))
    }
}
