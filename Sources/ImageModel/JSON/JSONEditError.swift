/// Why a change cannot be made.
package enum JSONEditError: Error, Equatable, Sendable {
    /// The document, or what a change made of it, is not JSON we accept.
    case malformed(JSONError)
    /// The path leads through a value that has no members, or to an element that is not there.
    case noSuchPlace([JSONStep])
}
