package import ByteIO
package import ImageModel

/// The values of a spec. A value of another type is refused with its name and line.
struct SpecValues {
    let file: String

    /// The members by name. Unknown keys are errors: a misspelt key would otherwise be ignored.
    func members(
        _ node: YAMLNode, of place: SpecPlace, line: Int, known: [String]
    ) throws(SpecError) -> [String: YAMLNode.Entry] {
        guard case .mapping(let entries) = node.content else { throw error(.wrongType(of: place, .mapping), line) }
        var members: [String: YAMLNode.Entry] = [:]
        for entry in entries {
            let key = Self.spellings[entry.key] ?? entry.key
            guard known.contains(key) else { throw error(.unknownKey(entry.key, known: known), entry.line) }
            if let other = members.updateValue(entry, forKey: key) {
                throw error(.sameKey(entry.key, other.key), entry.line)
            }
        }
        return members
    }

    /// The spellings that manifest-tool accepts: its YAML library derives them from Go's member names.
    private static let spellings = ["osversion": "os.version", "osfeatures": "os.features"]

    /// Text that is not empty.
    func text(_ node: YAMLNode, _ place: SpecPlace, line: Int) throws(SpecError) -> String {
        guard case .scalar(let text, _) = node.content else { throw error(.wrongType(of: place, .text), line) }
        guard !text.isEmpty else { throw error(.empty(place), line) }
        return text
    }

    func text(_ entry: YAMLNode.Entry?) throws(SpecError) -> String? {
        guard let entry else { return nil }
        return try text(entry.value, .value(of: entry.key), line: entry.line)
    }

    func list(_ entry: YAMLNode.Entry) throws(SpecError) -> [YAMLNode] {
        guard case .sequence(let items) = entry.value.content else {
            throw error(.wrongType(of: .value(of: entry.key), .list), entry.line)
        }
        return items
    }

    func texts(_ entry: YAMLNode.Entry?) throws(SpecError) -> [(text: String, line: Int)] {
        guard let entry else { return [] }
        var texts: [(text: String, line: Int)] = []
        for item in try list(entry) {
            texts.append((try text(item, .item(of: entry.key), line: item.line), item.line))
        }
        return texts
    }

    func boolean(_ entry: YAMLNode.Entry?) throws(SpecError) -> Bool {
        guard let entry else { return false }
        switch entry.value.content {
        case .scalar("true", isPlain: true), .scalar("True", isPlain: true), .scalar("TRUE", isPlain: true):
            return true
        case .scalar("false", isPlain: true), .scalar("False", isPlain: true), .scalar("FALSE", isPlain: true):
            return false
        default: throw error(.wrongType(of: .value(of: entry.key), .boolean), entry.line)
        }
    }

    func error(_ reason: SpecError.Reason, _ line: Int) -> SpecError { SpecError(file: file, line: line, reason) }
}

/// Why a spec file cannot be used. Facts only.
package struct SpecError: Error, Sendable {
    package enum Expected: Sendable { case text, list, mapping, boolean }

    package enum Reason: Sendable {
        case unreadable(IOFailure)
        case yaml(YAMLError.Reason)
        case unknownKey(String, known: [String])
        case wrongType(of: SpecPlace, Expected)
        case missingKey(String, of: SpecPlace)
        case empty(SpecPlace)
        /// Two spellings of one key.
        case sameKey(String, String)
        /// A word that is in no platform.
        case malformedPlatform(key: String, String)
        case malformedName(String)
        case malformedTag(String)
        case tagsWithoutImage
        /// The platform does not exist.
        case unknownPlatform(Platform)
        /// The source states a platform, and the entry states another.
        case platformTwice(String)
        case source(SourceError)
        case standardInputTaken
        case nothingLeft
    }

    package let file: String
    /// Counts from 1; `nil` if the error concerns the whole file.
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
