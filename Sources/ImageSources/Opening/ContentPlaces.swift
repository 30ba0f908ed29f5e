internal import ByteIO
internal import ImageModel

/// Finds content by its digest: in files, or in a registry.
protocol ContentPlaces: Sendable {
    /// The source as the user typed it, for errors.
    var path: String { get }
    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent
    /// Announces the descriptors that are read next, so that they can be prefetched.
    func expect(_ children: [Descriptor]) throws(SourceError)
}

/// The kind of descriptor that leads to content.
enum ContentRole: Sendable {
    /// In an index.
    case child
    /// The config of an image.
    case config
    case blob
}

/// Content by its digest, and its name in the source. Without bytes the name is where the content should be.
struct PlacedContent: Sendable {
    let name: String
    let source: (any ByteSource)?
    /// The document, if it was parsed already.
    var document: Document?
}

/// Files whose names state their digests.
struct FilesByDigest: ContentPlaces {
    private let files: any ImageFiles
    /// The names that the content of a digest may have.
    private let names: @Sendable (Digest) -> [String]

    init(_ files: any ImageFiles, names: @escaping @Sendable (Digest) -> [String]) {
        self.files = files
        self.names = names
    }

    var path: String { files.path }

    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent {
        var last = ""
        for name in names(descriptor.digest) {
            if let source = try files.file(name) { return PlacedContent(name: name, source: source) }
            last = name
        }
        return PlacedContent(name: last, source: nil)
    }

    /// Files need no prefetch.
    func expect(_ children: [Descriptor]) {}
}
