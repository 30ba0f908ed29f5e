/// How the layers of an image came to where they are.
package struct PushedContent: Sendable, Equatable {
    package var sent = 0
    package var sentBytes: Int64 = 0
    /// Taken from another repository of the same registry.
    package var mounted = 0
    package var present = 0

    package init(sent: Int = 0, sentBytes: Int64 = 0, mounted: Int = 0, present: Int = 0) {
        self.sent = sent
        self.sentBytes = sentBytes
        self.mounted = mounted
        self.present = present
    }
}
