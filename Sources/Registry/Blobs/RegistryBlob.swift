package import ByteIO
package import ImageModel

/// A blob in a registry, known by its descriptor. Sends no request before the first read. The content is not verified
/// here; the copy verifies it.
package struct RegistryBlob: ByteSource {
    package let digest: Digest
    package let size: Int64
    private let client: RepositoryClient

    package init(_ digest: Digest, size: Int64, in client: RepositoryClient) {
        self.digest = digest
        self.size = size
        self.client = client
    }

    package var traits: SourceTraits {
        var traits = SourceTraits()
        traits.isRereadable = false
        traits.origin = client.name
        return traits
    }

    package var path: String { "\(RegistryReference.scheme)\(client.name)@\(digest)" }

    package func open() -> any ByteReader { reader(upTo: size) }

    package func open(from offset: Int64) -> any ByteReader {
        ResumingReader(client, digest, size: size, from: offset, upTo: size, path: path)
    }

    package func openInParts() -> any ByteReader {
        ResumingReader(client, digest, size: size, upTo: size, path: path, inParts: true)
    }

    /// The first `count` bytes; requests only these.
    package func head(_ count: Int) throws(IOFailure) -> [UInt8] {
        let wanted = Int(min(Int64(count), size))
        var buffer = [UInt8](repeating: 0, count: wanted)
        var reader = reader(upTo: Int64(wanted)) as any ByteReader
        let got = try reader.fill(&buffer, count: wanted)
        buffer.removeLast(wanted - got)
        return buffer
    }

    private func reader(upTo end: Int64) -> ResumingReader {
        ResumingReader(client, digest, size: size, upTo: end, path: path)
    }
}
