/// A text that names no platform.
package struct PlatformError: Error, Equatable, Sendable {
    package let text: String

    package init(text: String) {
        self.text = text
    }
}
