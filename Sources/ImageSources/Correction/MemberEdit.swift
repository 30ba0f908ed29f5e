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
    /// Something else stands under the new name, and goes.
    package var displaces = false
}

extension [MemberEdit] {
    /// The same as changes of the archive that `files` are members of.
    package func tarEdits(_ files: any ImageFiles) -> [TarEdit] {
        let displaced = Set(filter(\.displaces).map { files.memberName($0.newName) })
        return displaced.sorted().map { TarEdit(name: $0, newName: $0, content: [], kind: .removal) }
            + map {
                TarEdit(
                    name: files.memberName($0.name), newName: files.memberName($0.newName), content: $0.after,
                    kind: $0.kind)
            }
    }
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
