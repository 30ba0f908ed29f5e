package import ByteIO

/// A spec file does not say what it must. Facts only.
package struct SpecError: Error, Sendable {
    package enum Expected: Sendable { case text, list, mapping, boolean }

    package enum Reason: Sendable {
        case yaml(YAMLError.Reason)
        case unknownKey(String, known: [String])
        case wrongType(of: SpecPlace, Expected)
        case missingKey(String, of: SpecPlace)
        case empty(SpecPlace)
        /// Two spellings of one key.
        case sameKey(String, String)
        /// A word that no platform is written with.
        case malformedPlatform(key: String, String)
        case malformedName(String)
        case malformedTag(String)
        case tagsWithoutImage
        /// The source says its platform itself, and another stands below it.
        case platformTwice(String)
        case source(SourceError)
        case standardInputTaken
        case nothingLeft
    }

    package let file: String
    /// From 1; nil: nothing of the file but the whole.
    package let line: Int?
    package let column: Int?
    package let reason: Reason

    package init(file: String, line: Int?, column: Int? = nil, _ reason: Reason) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
    }
}
