package import ImageModel

/// One image for one platform, found below a root, with the attestations that speak of it.
package struct PlatformImage: Sendable {
    package let source: Int
    package let manifest: Digest
    package let descriptor: Descriptor
    /// Its entry in the index where it was found.
    package let entry: [UInt8]?
    /// What the config says, else what the descriptor says.
    package let platform: Platform?
    package var attestations: [IndexView.Entry]
}
