import TestSupport
import Testing

/// Expects that an independent reader finds no violations in an archive.
@discardableResult
func soundArchive(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> WrittenArchive {
    let archive = try WrittenArchive(path)
    #expect(archive.problems == [], sourceLocation: sourceLocation)
    return archive
}

extension WrittenLayout {
    /// Each image as a line with full names, platform, config and layers.
    var contents: Set<String> {
        Set(
            images.map { image in
                "\(image.names.sorted()) \(image.platform) \(image.configDigest) \(image.layers.map(\.digest))"
            })
    }

    /// Each image as a line with config and layers.
    var blobs: Set<String> { Set(images.map { "\($0.configDigest) \($0.layers.map(\.digest))" }) }
}
