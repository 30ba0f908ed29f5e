package import ByteIO
package import ImageModel

/// A destination cannot be what the user asks for. Facts only.
package enum DestinationError: Error, Sendable {
    case io(IOFailure)
    case exists(path: String)
    case notALayout(path: String)
    case notADirectory(path: String)
    case notSupported(String)
    case empty
    case parentMissing(path: String)
    case unreadable(path: String, DocumentError)
}
