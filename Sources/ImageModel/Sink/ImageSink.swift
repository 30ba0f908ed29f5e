package import ByteIO

/// Where a plan goes. Nothing is visible before `commit`, and everything is afterwards.
package protocol ImageSink: Sendable {
    /// Makes ready for everything that the plan names. Called once, first.
    func begin(_ plan: WritePlan) throws
    /// A blob of that name is there already, whole and undamaged, and need not be written again.
    func contains(_ digest: Digest, size: Int64) throws -> Bool
    /// Copies and verifies; the blob takes its name only when size and digest are as the descriptor says.
    func put(_ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void) throws
    /// The same of a document, which may be kept in another way.
    func contains(_ document: Document) throws -> Bool
    func put(_ document: Document) throws
    func commit(_ roots: [RootEntry]) throws
    /// Blobs must come one after another, as they stand in the plan's members.
    var isOrdered: Bool { get }
    /// What takes time is waiting for somebody else, so documents are put side by side too, children before parents.
    var putsWait: Bool { get }
}

extension ImageSink {
    package var isOrdered: Bool { false }
    package var putsWait: Bool { false }

    package func contains(_ document: Document) throws -> Bool {
        try contains(document.digest, size: Int64(document.bytes.count))
    }
}

/// The bytes of a blob are not those that its descriptor promises.
package enum BlobError: Error, Equatable, Sendable {
    case size(path: String, blob: Digest, expected: Int64, found: Int64)
    case digest(path: String, expected: Digest, found: Digest)
    /// What a layer holds is not what a config says.
    case content(path: String, layer: Digest, expected: Digest, found: Digest)
    /// The bytes are those that are promised, and no content can be had of them.
    case notDecompressed(path: String, layer: Digest, LayerCompression)
}
