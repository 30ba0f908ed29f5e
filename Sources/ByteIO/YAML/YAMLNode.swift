/// A value of a YAML document and the line where it begins, the first being 1. Scalars are their text, whatever type a
/// YAML schema would guess for it: `386` and `10.0` stay as they are written.
package struct YAMLNode: Equatable, Sendable {
    package indirect enum Content: Equatable, Sendable {
        /// `isPlain`: without quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// No key stands twice.
        case mapping([Entry])
    }

    package struct Entry: Equatable, Sendable {
        package let key: String
        package let line: Int
        package let value: YAMLNode

        package init(_ key: String, line: Int, _ value: YAMLNode) {
            self.key = key
            self.line = line
            self.value = value
        }
    }

    package let content: Content
    package let line: Int

    package init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }
}
