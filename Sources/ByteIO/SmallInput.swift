/// A document that belongs in memory as a whole, from a path that the user typed, from a pipe or from standard input.
package enum SmallInput {
    /// `-` is standard input. More than `limit` bytes are refused, however many there are.
    package static func bytes(of path: String, limit: Int) throws(IOFailure) -> [UInt8] {
        var reader: any ByteReader = path == "-" ? StreamReader.standardInput() : try StreamReader(path: path)
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = try reader.fill(&bytes, count: limit + 1)
        guard count <= limit else { throw IOFailure(.read, path, .tooLarge(limit: Int64(limit))) }
        return Array(bytes[..<count])
    }
}
