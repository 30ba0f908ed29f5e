/// An archive in a file that can be read as often as needed: plain, or compressed as a whole.
package struct ArchiveInput: Sendable {
    package let file: OpenFile
    package let compression: Compression?

    package init(_ file: OpenFile) throws(IOFailure) {
        self.file = file
        compression = Compression(magic: try file.bytes(at: 0, count: 16))
    }

    /// The tar, from its start.
    package func reader() -> any ByteReader {
        let file = file
        guard let compression else { return FileReader(file) }
        return compression.reader(over: { () throws(IOFailure) in FileReader(file) }, path: file.path)
    }

    package func revision(_ edits: [TarEdit], _ claims: [TarClaim]) throws -> TarRevision {
        guard compression != nil else { return try TarRevision(file, edits, claims) }
        return try TarRevision(reader(), path: file.path, edits, claims)
    }

    /// The tar with its changes made, read and verified on a thread of its own.
    package func reader(revising revision: TarRevision) -> any ByteReader {
        ReadAheadReader(path: file.path) { () throws(IOFailure) in
            RevisingReader(reader(), path: file.path, revision)
        }
    }
}
