/// The limits of what is read into memory from untrusted sources, and so of what is written. Other tools have similar ones:
/// containerd reads 20 MiB of an `index.json`, registries accept manifests of 4 MiB.
package enum DocumentLimits {
    /// Of a manifest, an index below the top, or a config.
    package static let document: Int64 = 4 << 20
    /// Of the list of all images: `index.json`, or docker's `manifest.json`.
    package static let top: Int64 = 20 << 20
}
