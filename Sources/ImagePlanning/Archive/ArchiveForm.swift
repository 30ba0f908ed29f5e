package import ImageModel

/// A kind of archive: which members it has, and in which order.
package protocol ArchiveForm: Sendable {
    /// The plan with its members, and without what such an archive cannot hold.
    func archived(_ plan: WritePlan) throws -> WritePlan
    /// What a user should know of the result, though it is what was asked for.
    func notes(on plan: WritePlan) throws -> [MergeNote]
}

extension ArchiveForm {
    package func notes(on plan: WritePlan) throws -> [MergeNote] { [] }
}
