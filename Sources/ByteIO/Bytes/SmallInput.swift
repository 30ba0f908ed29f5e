/// A document that belongs in memory as a whole, from a path that the user typed, from a pipe or from standard input.
package enum SmallInput {
    /// `-` is standard input. More than `limit` bytes are refused, however many there are.
    package static func bytes(of path: String, limit: Int) throws(IOFailure) -> [UInt8] {
        var reader: any ByteReader = path == "-" ? StreamReader.standardInput() : try StreamReader(path: path)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(transferSize, limit + 1))
        while bytes.count <= limit {
            let got = try reader.fill(&buffer, count: min(buffer.count, limit + 1 - bytes.count))
            if got == 0 { return bytes }
            bytes += buffer[..<got]
        }
        throw IOFailure(.read, path, .tooLarge(limit: Int64(limit)))
    }
}
