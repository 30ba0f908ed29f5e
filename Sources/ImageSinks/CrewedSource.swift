internal import ByteIO

/// Bytes that end for one worker when another has failed: nobody sends on what leads to nothing any more.
struct CrewedSource: ByteSource {
    private let source: any ByteSource
    private let crew: CopyCrew

    init(_ source: any ByteSource, _ crew: CopyCrew) {
        self.source = source
        self.crew = crew
    }

    var path: String { source.path }
    var size: Int64 { source.size }

    func open() throws(IOFailure) -> any ByteReader {
        Reader(path: path, crew: crew, reader: try source.open())
    }

    private struct Reader: ByteReader {
        let path: String
        let crew: CopyCrew
        var reader: any ByteReader

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if crew.hasFailed { throw IOFailure(.read, path, .interrupted) }
            return try reader.read(into: &buffer)
        }
    }
}
