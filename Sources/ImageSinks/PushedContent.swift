/// How the layers of an image came to where they are.
package struct PushedContent: Sendable, Equatable {
    package var sent = 0
    package var sentBytes: Int64 = 0
    /// Taken from another repository of the same registry.
    package var mounted = 0
    package var present = 0
}
