import TestSupport
import Testing

/// What an independent look at an archive finds wrong: nothing.
@discardableResult
func soundArchive(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> WrittenArchive {
    let archive = try WrittenArchive(path)
    #expect(archive.problems == [], sourceLocation: sourceLocation)
    return archive
}

extension WrittenLayout {
    /// One line an image: config, layers and, where they are full, names.
    var contents: Set<String> {
        Set(
            images.map { image in
                "\(image.names.sorted()) \(image.platform) \(image.configDigest) \(image.layers.map(\.digest))"
            })
    }

    /// The same without names.
    var blobs: Set<String> { Set(images.map { "\($0.configDigest) \($0.layers.map(\.digest))" }) }
}
