internal import ByteIO

/// What bears a digest, and what it is called there; without bytes, where it should be.
struct PlacedContent: Sendable {
    let name: String
    let source: (any ByteSource)?
}
