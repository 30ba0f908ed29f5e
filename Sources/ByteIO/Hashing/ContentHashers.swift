/// The same bytes by several algorithms at once.
struct ContentHashers: ~Copyable {
    private var sha256: ContentHasher?
    private var sha512: ContentHasher?

    init(_ algorithms: Set<ContentHasher.Algorithm>) {
        sha256 = algorithms.contains(.sha256) ? ContentHasher(.sha256) : nil
        sha512 = algorithms.contains(.sha512) ? ContentHasher(.sha512) : nil
    }

    mutating func update(_ bytes: Span<UInt8>) {
        sha256?.update(bytes)
        sha512?.update(bytes)
    }

    /// Nothing of an algorithm that nobody asked for. Empty when it is called again.
    mutating func finish() -> [ContentHasher.Algorithm: [UInt8]] {
        var digests: [ContentHasher.Algorithm: [UInt8]] = [:]
        if let digest = sha256.take()?.digest() { digests[.sha256] = digest }
        if let digest = sha512.take()?.digest() { digests[.sha512] = digest }
        return digests
    }
}
