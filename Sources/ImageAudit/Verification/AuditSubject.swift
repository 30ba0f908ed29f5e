package import ByteIO
package import ImageModel

/// What is to be verified: a graph, and what its source knows beyond it.
package struct AuditSubject: Sendable {
    /// A file that nothing asks for.
    package struct UnusedFile: Sendable {
        package let name: String
        /// nil: no regular file.
        package let source: (any ByteSource)?
        /// Its name says that this is the digest of its content.
        package let stated: Digest?

        package init(name: String, source: (any ByteSource)?, stated: Digest?) {
            self.name = name
            self.source = source
            self.stated = stated
        }
    }

    package let graph: ImageGraph
    /// Content of which the source has told what is wrong; nothing more is said of it.
    package let told: Set<Digest>
    package let unused: [UnusedFile]
    /// What seems unused may be used by what cannot be seen.
    package let hidesContent: Bool
    /// What seems to be missing may stand behind the damage.
    package let isCutOff: Bool

    package init(
        graph: ImageGraph, told: Set<Digest> = [], unused: [UnusedFile] = [], hidesContent: Bool = false,
        isCutOff: Bool = false
    ) {
        self.graph = graph
        self.told = told
        self.unused = unused
        self.hidesContent = hidesContent
        self.isCutOff = isCutOff
    }
}
