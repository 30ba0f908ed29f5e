internal import ByteIO
internal import ImageModel

/// Where content stands by its digest: in files, or in a registry.
protocol ContentPlaces: Sendable {
    /// The source as a user knows it, for errors.
    var path: String { get }
    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent
    /// These will be asked for next, and what they in turn name.
    func expect(_ children: [Descriptor]) throws(SourceError)
}

/// As what content is named.
enum ContentRole: Sendable {
    /// By an index.
    case child
    /// As the config of an image.
    case config
    case blob
}

/// What bears a digest, and what it is called there; without bytes, where it should be.
struct PlacedContent: Sendable {
    let name: String
    let source: (any ByteSource)?
    /// The document, if it was parsed already.
    var document: Document?
}

/// Files that are named for what they hold.
struct FilesByDigest: ContentPlaces {
    private let files: any ImageFiles
    /// The names under which content of that digest may stand.
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

    /// Whoever asks for a file has it.
    func expect(_ children: [Descriptor]) {}
}
