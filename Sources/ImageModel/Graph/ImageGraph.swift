package import ByteIO

/// Everything small of one source, in memory as its exact bytes, and where everything big is. Every digest in it is
/// known: documents were verified when they were read, blobs are verified when they are copied.
package struct ImageGraph: Sendable {
    /// One entry point: a named or unnamed image, or index of images.
    package struct Root: Sendable {
        package var descriptor: Descriptor
        /// The descriptor as its source wrote it; nil when the source has none (a docker archive).
        package var entry: [UInt8]?
        package var labels: [ImageLabel]
        /// Where the source names it; empty: it was chosen by its digest.
        package var place: DescriptorPath

        package init(
            descriptor: Descriptor, entry: [UInt8]?, labels: [ImageLabel], place: DescriptorPath = DescriptorPath()
        ) {
            self.descriptor = descriptor
            self.entry = entry
            self.labels = labels
            self.place = place
        }
    }

    package var roots: [Root] = []
    package var documents: [Digest: Document] = [:]
    package var blobs: [Digest: any ByteSource] = [:]
    /// Layers whose bytes are compressed otherwise than a manifest says.
    package var mislabelled: [Digest: LayerCompression] = [:]
    /// The source says that it leaves out what its receiver has.
    package var isIncrement = false
    /// Blobs that need not be here: whoever receives the result has them.
    package var elsewhere: Set<Digest> = []

    /// What cosign keeps beside images, by the tags that say of which.
    package var cosigned: [CosignTag: Descriptor] = [:]

    package init() {}

    package mutating func insert(_ document: Document) { documents[document.digest] = document }

    /// Entries of an index, and what stands behind them when it is here.
    package func index(_ digest: Digest) throws(GraphError) -> IndexView? {
        guard let document = documents[digest] else { return nil }
        do throws(DocumentError) { return try IndexView(bytes: document.bytes, expecting: document.mediaType) } catch {
            throw .document(digest, error)
        }
    }

    package func manifest(_ digest: Digest) throws(GraphError) -> ManifestView? {
        guard let document = documents[digest] else { return nil }
        do throws(DocumentError) { return try ManifestView(bytes: document.bytes, expecting: document.mediaType) } catch
        { throw .document(digest, error) }
    }

    /// nil also when the digest is that of an index.
    package func manifest(ifManifest digest: Digest) throws(GraphError) -> ManifestView? {
        guard documents[digest]?.mediaType.isManifest == true else { return nil }
        return try manifest(digest)
    }

    package func config(_ digest: Digest) throws(GraphError) -> ConfigView? {
        guard let document = documents[digest] else { return nil }
        do throws(DocumentError) { return try ConfigView(bytes: document.bytes) } catch {
            throw .document(digest, error)
        }
    }
}

/// A document of a graph says what no document may say.
package enum GraphError: Error, Equatable, Sendable {
    case document(Digest, DocumentError)
    case edit(Digest, JSONEditError)
    case tooDeep(Digest)
    /// Of the manifest that names it.
    case absentConfig(Digest)
}

/// What an archive says of itself that leaves out what its receiver has: an annotation of its `index.json`, which every
/// other reader passes over.
package enum Increment {
    package static let key = "io.ocimerge.increment"
    package static let value = "true"

    package static func isMarked(_ index: IndexView) -> Bool { index.annotations[key] == value }
}
