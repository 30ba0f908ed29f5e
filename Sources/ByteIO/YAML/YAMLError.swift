/// Why bytes are not one YAML document of the kind that is read here, and where: lines and columns count from 1.
package struct YAMLError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// In the words of libyaml.
        case malformed(String)
        case noDocument
        case severalDocuments
        /// An anchor or an alias: a few of them can stand for any number of values.
        case reference
        case tag(String)
        case keyNotText
        case duplicateKey(String, first: Int)
        /// The text would end early as soon as it becomes a path.
        case zeroCharacter
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
    }

    package let reason: Reason
    package let line: Int
    package let column: Int

    package init(_ reason: Reason, line: Int, column: Int) {
        self.reason = reason
        self.line = line
        self.column = column
    }
}
