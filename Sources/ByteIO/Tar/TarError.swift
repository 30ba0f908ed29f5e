/// The archive is not what a tar must be. Offsets are those of the header at fault.
package enum TarError: Error, Equatable, Sendable {
    case failed(IOFailure)
    case notATar(path: String)
    /// Not a single byte: the output of a command that failed.
    case empty(path: String)
    case badHeader(path: String, offset: Int64)
    case truncated(path: String, member: String)
    /// Behind the last member, inside a block: every member is here, and loaders fail all the same.
    case cutOff(path: String)
    case badSize(path: String, member: String)
    case badExtension(path: String, offset: Int64)
    case extensionTooLarge(path: String, offset: Int64)
    /// One zero block and then more members: readers disagree on where such an archive ends.
    case endsTwice(path: String, offset: Int64)
    case tooManyMembers(path: String, limit: Int)
}
