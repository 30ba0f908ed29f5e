package import ByteIO
package import ImageModel

/// A file of a source that becomes another.
package struct MemberEdit: Sendable {
    /// As the dialect calls it.
    package let name: String
    package let newName: String
    package let before: [UInt8]
    package let after: [UInt8]
    package let kind: TarEdit.Kind
}

/// What a correction asks of the files of a source.
package struct MemberCorrection: Sendable {
    /// Documents before and after.
    package var documents: [(before: Document, after: Document)]
    /// Documents of before to which something still leads.
    package var kept: Set<Digest>
    /// By the config of before: what an image says of its platform then.
    package var platforms: [Digest: Platform]
    /// The JSON of a v1 image with that platform, where it says one.
    package var legacy: @Sendable ([UInt8], Platform) throws -> [UInt8]

    package init(
        documents: [(before: Document, after: Document)], kept: Set<Digest>, platforms: [Digest: Platform],
        legacy: @escaping @Sendable ([UInt8], Platform) throws -> [UInt8]
    ) {
        self.documents = documents
        self.kept = kept
        self.platforms = platforms
        self.legacy = legacy
    }
}
