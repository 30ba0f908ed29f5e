/// Reads the one document of a YAML stream into a tree. What it refuses beside malformed YAML is what reads differently
/// from tool to tool or grows without bound: anchors and aliases, tags that change a type, keys that stand twice.
package struct YAMLDocument {
    package static let depthLimit = 32
    package static let valueLimit = 65_536
    private static let directiveLimit = 64

    private let events: YAMLEvents
    private var values = 0

    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        try checkDirectives(of: bytes)
        var document = YAMLDocument(events: try YAMLEvents(bytes))
        return try document.parsed()
    }

    private init(events: YAMLEvents) { self.events = events }

    private mutating func parsed() throws(YAMLError) -> YAMLNode {
        _ = try events.next()
        let start = try events.next()
        guard start.kind == .documentStart else { throw Self.error(.noDocument, start) }
        let node = try node(try events.next(), depth: 1)
        _ = try events.next()
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
        // Nothing else begins a value.
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

    /// libyaml compares every `%TAG` with every other: a megabyte of them would take it many seconds.
    private static func checkDirectives(of bytes: [UInt8]) throws(YAMLError) {
        let word = Array("%TAG".utf8)
        var (count, line) = (0, 1)
        for (place, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == word[0], bytes[place...].starts(with: word) else { continue }
            count += 1
            if count > directiveLimit { throw YAMLError(.tag("%TAG"), line: line, column: 1) }
        }
    }

    private static func checked(_ text: String, _ event: YAMLEvent) throws(YAMLError) -> String {
        try checkTag(of: event, "str")
        guard !text.unicodeScalars.contains("\0") else { throw error(.zeroCharacter, event) }
        return text
    }

    /// A tag may say only what is so anyway.
    private static func checkTag(of event: YAMLEvent, _ name: String) throws(YAMLError) {
        guard let tag = event.tag, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
        throw error(.tag(tag), event)
    }

    private static func error(_ reason: YAMLError.Reason, _ event: YAMLEvent) -> YAMLError {
        YAMLError(reason, line: event.line, column: event.column)
    }
}
