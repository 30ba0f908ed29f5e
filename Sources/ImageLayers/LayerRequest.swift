/// A layer to be made for an image.
package struct LayerRequest: Sendable {
    package enum Content: Sendable {
        /// The content of a directory, at an absolute path of the image.
        case directory(String, at: String)
        /// A tar archive in a file, compressed or not.
        case archive(String)
        /// Whiteouts for these paths of the image.
        case deletion([String])
    }

    package let content: Content
    /// What makes the layer, for the history of the image.
    package let origin: String

    package init(_ content: Content, origin: String) {
        self.content = content
        self.origin = origin
    }
}
