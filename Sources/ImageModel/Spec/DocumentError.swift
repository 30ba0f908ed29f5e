/// Why bytes are not the document they should be.
package enum DocumentError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    case notAnObject
    /// It reads as an index to one tool and as a manifest to another (CVE-2021-41190), or two members differ only in
    /// case, which Go's readers ignore.
    case ambiguous
    case schema1
    /// Nil: it is no integer.
    case wrongSchemaVersion(Int64?)
    /// The member at a path such as `manifests[3].size`, and what it should have been.
    case member(String, expected: String)
    case mediaTypeMismatch(declared: String, expected: String)
    case malformedDigest(String)
    case tooMany(String)
}
