internal import ImageModel

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
