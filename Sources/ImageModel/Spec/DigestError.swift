/// A text that is no digest we accept.
package struct DigestError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
