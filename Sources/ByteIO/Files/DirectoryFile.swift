/// A file below a directory, opened anew for each reading: a layout with twenty thousand blobs must not hold as many
/// descriptors. Changed sizes show as truncation or excess when it is read.
package struct DirectoryFile: ByteSource {
    private let root: DirectoryRoot
    private let name: String
    package let size: Int64

    package init(_ root: DirectoryRoot, name: String, size: Int64) {
        self.root = root
        self.name = name
        self.size = size
    }

    package var path: String { root.path + "/" + name }

    package func open() throws(IOFailure) -> any ByteReader { FileReader(try file()) }

    package var window: FileWindow? {
        get throws(IOFailure) { FileWindow(try file(), offset: 0, size: size) }
    }

    private func file() throws(IOFailure) -> OpenFile {
        guard let file = try root.open(name) else { throw IOFailure(.open, path, .system(IOFailure.noSuchFile)) }
        return file
    }
}
