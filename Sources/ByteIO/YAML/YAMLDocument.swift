/// Parses the one document of a YAML stream into a tree. Refuses malformed YAML. Also refuses text that tools read
/// differently or that grows without bound: anchors, aliases, tags that change a type, and repeated keys.
package struct YAMLDocument {
    package static let depthLimit = 32
    package static let valueLimit = 65_536

    private let events: YAMLEvents
    private let directives: YAMLDirectives
    private var values = 0

    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        // Windows editors write a byte order mark.
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        let directives = YAMLDirectives(of: text)
        try directives.checkCount()
        var document = YAMLDocument(events: try YAMLEvents(text), directives: directives)
        return try document.parsed()
    }

    private init(events: YAMLEvents, directives: YAMLDirectives) {
        self.events = events
        self.directives = directives
    }

    private mutating func parsed() throws(YAMLError) -> YAMLNode {
        _ = try events.next()
        let start = try events.next()
        guard start.kind == .documentStart else { throw Self.error(.noDocument, start) }
        let node = try node(try events.next(), depth: 1)
        // Another document is refused before its directives are read.
        if let line = directives.line(after: try events.next().line) {
            throw YAMLError(.severalDocuments, line: line, column: 1)
        }
        let end = try events.next()
        guard end.kind == .streamEnd else { throw Self.error(.severalDocuments, end) }
        return node
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        values += 1
        guard values <= Self.valueLimit else { throw Self.error(.tooManyValues(limit: Self.valueLimit), event) }
        guard depth <= Self.depthLimit else { throw Self.error(.tooDeep(limit: Self.depthLimit), event) }
        if event.hasAnchor { throw Self.error(.reference, event) }
        switch event.kind {
        case .sequenceStart:
            try Self.checkTag(of: event, "seq")
            return YAMLNode(.sequence(try items(depth: depth)), line: event.line)
        case .mappingStart:
            try Self.checkTag(of: event, "map")
            return YAMLNode(.mapping(try entries(depth: depth)), line: event.line)
        case .scalar(let text, let isPlain):
            return YAMLNode(.scalar(try Self.checked(text, event), isPlain: isPlain), line: event.line)
        // No other event begins a value.
        default: throw Self.error(.reference, event)
        }
    }

    private mutating func items(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .sequenceEnd { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return entries }
            if event.hasAnchor { throw Self.error(.reference, event) }
            guard case .scalar(let text, _) = event.kind else { throw Self.error(.keyNotText, event) }
            let key = try Self.checked(text, event)
            if let first = lines.updateValue(event.line, forKey: key) {
                throw Self.error(.duplicateKey(key, first: first), event)
            }
            entries.append(.init(key, line: event.line, try node(try events.next(), depth: depth + 1)))
        }
    }

    private static func checked(_ text: String, _ event: YAMLEvent) throws(YAMLError) -> String {
        try checkTag(of: event, "str")
        guard !text.unicodeScalars.contains("\0") else { throw error(.zeroCharacter, event) }
        return text
    }

    /// A tag may only state the type that the value has anyway.
    private static func checkTag(of event: YAMLEvent, _ name: String) throws(YAMLError) {
        guard let tag = event.tag, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
        throw error(.tag(tag), event)
    }

    private static func error(_ reason: YAMLError.Reason, _ event: YAMLEvent) -> YAMLError {
        YAMLError(reason, line: event.line, column: event.column)
    }
}

/// A value of a YAML document and its first line, counted from 1. Scalars are text, without the types of a YAML schema:
/// `386` and `10.0` stay as they are written.
package struct YAMLNode: Equatable, Sendable {
    package indirect enum Content: Equatable, Sendable {
        /// `isPlain`: whether it has no quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// Keys are unique.
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

/// Why bytes are not one YAML document of the accepted kind, and where. Lines and columns count from 1.
package struct YAMLError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// The text of libyaml.
        case malformed(String)
        case noDocument
        case severalDocuments
        /// An anchor or an alias: a few of them can expand to any number of values.
        case reference
        case tag(String)
        case keyNotText
        case duplicateKey(String, first: Int)
        /// A zero character: the text would end there if it became a path.
        case zeroCharacter
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case tooManyAnchors(limit: Int)
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
