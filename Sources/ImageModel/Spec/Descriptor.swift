/// A reference to content: what it is, its digest and size, and what its index says about it.
package struct Descriptor: Hashable, Sendable {
    package var mediaType: MediaType
    package var digest: Digest
    package var size: Int64
    package var platform: Platform?
    package var annotations: [String: String]
    package var artifactType: String?
    package var urls: [String]
    /// The descriptor carries its content in `data`. The content itself is not kept here.
    package var hasEmbeddedData: Bool

    package init(
        mediaType: MediaType, digest: Digest, size: Int64, platform: Platform? = nil,
        annotations: [String: String] = [:], urls: [String] = []
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
        self.artifactType = nil
        self.urls = urls
        self.hasEmbeddedData = false
    }
}
