/// How the tar of a layer is compressed, as far as its media type says.
package enum LayerCompression: String, Sendable, CaseIterable {
    case none, gzip, zstd
}
