package import ByteIO

/// The content of one source: its small documents in memory, and the location of every large blob. Documents were
/// verified when they were read; blobs are verified when they are copied.
package struct ImageGraph: Sendable {
    /// One entry point: a named or unnamed image, or index of images.
    package struct Root: Sendable {
        package var descriptor: Descriptor
        /// The descriptor as the source wrote it. `nil` if the source has none (a docker archive).
        package var entry: [UInt8]?
        package var labels: [ImageLabel]
        /// Where the source names it. Empty if it was chosen by its digest.
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
    /// By the digest that leads to each document.
    package private(set) var documents: [Digest: Document] = [:]
    package var blobs: [Digest: any ByteSource] = [:]
    /// Layers whose bytes have another compression than a manifest states.
    package var mislabelled: [Digest: LayerCompression] = [:]
    /// Whether the source declares that it leaves out content that its receiver has.
    package var isIncrement = false
    /// Blobs that the receiver of the result has.
    package var elsewhere: Set<Digest> = []

    /// Artifacts of cosign beside the images, by the tags that name their subjects.
    package var cosigned: [CosignTag: Descriptor] = [:]

    package init() {}

    package mutating func insert(_ document: Document) { documents[document.digest] = document }

    /// For surveys: a damaged document that could be parsed takes the place of the document that it should be.
    package mutating func insert(_ document: Document, inPlaceOf claimed: Digest) { documents[claimed] = document }

    package mutating func remove(_ digest: Digest) { documents[digest] = nil }

    /// Whether the content is in the graph, as a document or as a blob.
    package func holds(_ digest: Digest) -> Bool { documents[digest] != nil || blobs[digest] != nil }

    /// Adds documents that the graph lacks.
    package mutating func insertDocuments(of other: ImageGraph) {
        documents.merge(other.documents) { first, _ in first }
    }

    /// Adds content that the graph lacks. The roots stay as they are.
    package mutating func insertContent(of other: ImageGraph) {
        insertDocuments(of: other)
        blobs.merge(other.blobs) { first, _ in first }
        elsewhere.formUnion(other.elsewhere)
        cosigned.merge(other.cosigned) { first, _ in first }
        mislabelled.merge(other.mislabelled) { first, _ in first }
    }

    /// `nil` if there is no index with that digest.
    package func index(_ digest: Digest) -> IndexView? { documents[digest]?.index }
    /// `nil` if there is no manifest with that digest.
    package func manifest(_ digest: Digest) -> ManifestView? { documents[digest]?.manifest }
    /// `nil` if there is no image config with that digest.
    package func config(_ digest: Digest) -> ConfigView? { documents[digest]?.config }
    package func config(of manifest: ManifestView) -> ConfigView? { config(manifest.config.digest) }

    /// All indexes, sorted by digest.
    package var indexes: [Parsed<IndexView>] { parsed(\.index) }
    /// All manifests, sorted by digest.
    package var manifests: [Parsed<ManifestView>] { parsed(\.manifest) }
    /// All image configs, sorted by digest.
    package var configs: [Parsed<ConfigView>] { parsed(\.config) }

    private func parsed<View: Sendable>(_ view: (Document) -> View?) -> [Parsed<View>] {
        documents.compactMap { digest, document in
            view(document).map { Parsed(digest: digest, document: document, view: $0) }
        }.sorted { $0.digest < $1.digest }
    }

    /// The roots as the links at which a walk starts.
    package var rootLinks: [GraphLink] {
        roots.enumerated().map { GraphLink($1.descriptor, .root, number: $0, json: $1.entry.map { $0[...] }) }
    }
}

extension ImageGraph {
    /// A document and its view, with the digest that leads to it.
    package struct Parsed<View: Sendable>: Sendable {
        package let digest: Digest
        package let document: Document
        package let view: View
    }
}

/// Why a graph cannot be read or edited.
package enum GraphError: Error, Equatable, Sendable {
    case document(Digest, DocumentError)
    case edit(Digest, JSONEditError)
    case tooDeep(Digest)
    /// Roots share indexes, so that together they list far more images than the graph has.
    case tooManyListings(Int64, limit: Int64)
    /// Of the manifest that names it.
    case absentConfig(Digest)
}

/// The mark of an archive without the blobs that its receiver has: an annotation of `index.json`, which other readers
/// ignore.
package enum Increment {
    package static let key = "io.ocimerge.increment"
    package static let value = "true"

    package static func isMarked(_ index: IndexView) -> Bool { index.annotations[key] == value }
}
