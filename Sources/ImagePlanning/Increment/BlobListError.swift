/// A file that should say which blobs somebody has does not.
package enum BlobListError: Error, Equatable, Sendable {
    package enum Column: Equatable, Sendable { case size, mediaType, diffID }

    /// It does not begin with a digest.
    case line(Int, String)
    case column(Column, Int, String)
    case tooMany(limit: Int)
}
