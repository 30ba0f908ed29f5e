/// One member of an archive that shall be written.
package struct ArchiveMember: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        /// Of the plan's blobs, by digest.
        case blob(Digest, size: Int64)
        case directory
        /// Relative to the directory of the member.
        case link(to: String)
    }

    package let name: String
    package let content: Content

    package init(_ name: String, _ content: Content) {
        self.name = name
        self.content = content
    }
}
