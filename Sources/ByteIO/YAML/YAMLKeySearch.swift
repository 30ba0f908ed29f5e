/// Finds the scalars under one key in a stream of YAML documents, at any depth. Only documents count whose top
/// mapping has one of `marks` as a key.
///
/// Nothing is expanded, so the work grows with the bytes alone. An alias is the value of its anchor, which is found
/// once, at the anchor. A mapping or a list under the key is searched like any other. Tags of other values and
/// repeated keys are ignored, as in most readers. Text inside a scalar is not searched.
package struct YAMLKeySearch {
    package static let depthLimit = 256
    /// The limits bound the memory: a text of 20 MiB can name a million of each.
    package static let valueLimit = 100_000
    package static let anchorLimit = 10_000

    /// The scalars found, in the order of the stream.
    package private(set) var values: [YAMLValue] = []
    /// The lines in which a flow mapping starts with `{{`: the start of a template's expression.
    package private(set) var expressions: [Int] = []
    /// The aliases under the key that refer to no anchor before them.
    package private(set) var unknownAliases: [(name: String, line: Int)] = []
    /// The lines in which a mapping or a list is under the key and has no scalar under `nested`.
    package private(set) var skipped: [Int] = []
    /// The number of documents that count.
    package private(set) var documents = 0

    private let key: String
    /// A key whose scalars count too in a mapping under `key`.
    private let nested: String
    private let marks: Set<String>
    private let events: YAMLEvents
    private var text: YAMLText
    private var document = Document()
    private var levels: [Level] = []

    /// A mapping or a list that is not at its end.
    private struct Level {
        let isMapping: Bool
        /// Whether the next value is a key of the mapping.
        var expectsKey: Bool
        /// Whether the next value belongs to the key of the search.
        var isWanted = false
        /// The line of a mapping or a list under the key, until a scalar is found in it; `nil` for others.
        var unread: Int?
        /// Whether this is a mapping under the key.
        var isBelowKey = false
    }

    /// The results of one document, which count if a mark is found.
    private struct Document {
        var counts = false
        var values: [YAMLValue] = []
        var expressions: [Int] = []
        var unknownAliases: [(name: String, line: Int)] = []
        var skipped: [Int] = []
        /// The value at each anchor; `nil` for a mapping or a list. Its bytes are found when the anchor arrives: events
        /// come in order, and going back for every alias would take quadratic time.
        var anchors: [String: YAMLValue?] = [:]
        /// The anchored scalars of `values`, by their first byte.
        var shared: Set<Int> = []
    }

    package init(
        for key: String, orBelow nested: String, inDocumentsWith marks: Set<String>, of bytes: [UInt8]
    ) throws(YAMLError) {
        text = YAMLText(bytes)
        try YAMLDirectives(of: text.bytes).checkCountInStream()
        events = try YAMLEvents(text.bytes)
        (self.key, self.nested, self.marks) = (key, nested, marks)
        try run()
    }

    private mutating func run() throws(YAMLError) {
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart: break
            case .streamEnd: return
            case .documentStart: document = Document()
            case .documentEnd: finish()
            case .scalar, .alias: try scalar(event)
            case .sequenceStart, .mappingStart: try begin(event)
            case .sequenceEnd, .mappingEnd:
                if let line = levels.removeLast().unread { document.skipped.append(line) }
            }
        }
    }

    private mutating func finish() {
        guard document.counts else { return }
        documents += 1
        values += document.values.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
        expressions += document.expressions
        unknownAliases += document.unknownAliases
        skipped += document.skipped
    }

    private mutating func begin(_ event: YAMLEvent) throws(YAMLError) {
        guard levels.count < Self.depthLimit else {
            throw YAMLError(.tooDeep(limit: Self.depthLimit), line: event.line, column: event.column)
        }
        var isWanted = false
        if case .wanted = step() { isWanted = true }
        if let anchor = event.anchor { try keep(nil, as: anchor, event) }
        let isMapping = event.kind == .mappingStart
        if isMapping, text.starts(with: "{{", atCharacter: event.characters.lowerBound) {
            document.expressions.append(event.line)
        }
        levels.append(
            Level(
                isMapping: isMapping, expectsKey: isMapping, unread: isWanted ? event.line : nil,
                isBelowKey: isWanted && isMapping))
    }

    private mutating func keep(_ value: YAMLValue?, as anchor: String, _ event: YAMLEvent) throws(YAMLError) {
        document.anchors[anchor] = .some(value)
        guard document.anchors.count <= Self.anchorLimit else {
            throw YAMLError(.tooManyAnchors(limit: Self.anchorLimit), line: event.line, column: event.column)
        }
    }

    private mutating func scalar(_ event: YAMLEvent) throws(YAMLError) {
        var kept: YAMLValue?
        if event.kind != .alias, let anchor = event.anchor {
            kept = text.value(of: event)
            try keep(kept, as: anchor, event)
        }
        switch step() {
        case .key(let isTop):
            let name = event.kind == .alias ? anchored(event)?.text : event.content
            let last = levels.count - 1
            levels[last].isWanted = name == key || levels[last].isBelowKey && name == nested
            if isTop, let name, marks.contains(name) { document.counts = true }
        case .wanted:
            for number in levels.indices { levels[number].unread = nil }
            try find(event, kept)
        case .other: break
        }
    }

    private enum Role {
        case key(isTop: Bool)
        /// The value of the key of the search.
        case wanted
        case other
    }

    /// The role of the next value. The level expects what follows it.
    private mutating func step() -> Role {
        let last = levels.count - 1
        guard last >= 0, levels[last].isMapping else { return .other }
        levels[last].expectsKey.toggle()
        defer { levels[last].isWanted = false }
        if levels[last].expectsKey { return levels[last].isWanted ? .wanted : .other }
        return .key(isTop: last == 0)
    }

    /// The scalar of an alias; `nil` for an alias of something else.
    private func anchored(_ alias: YAMLEvent) -> YAMLValue? { alias.anchor.flatMap { document.anchors[$0] } ?? nil }

    /// `kept` is the value of an anchored scalar.
    private mutating func find(_ event: YAMLEvent, _ kept: YAMLValue?) throws(YAMLError) {
        guard values.count + document.values.count + document.unknownAliases.count < Self.valueLimit else {
            throw YAMLError(.tooManyValues(limit: Self.valueLimit), line: event.line, column: event.column)
        }
        if event.kind == .alias, let name = event.anchor, document.anchors[name] == nil {
            document.unknownAliases.append((name, event.line))
        }
        let shared = event.kind == .alias ? anchored(event) : kept
        guard let value = shared ?? (event.kind == .alias ? nil : text.value(of: event)) else { return }
        if shared != nil, !document.shared.insert(value.bytes.lowerBound).inserted { return }
        document.values.append(value)
    }
}

/// A scalar and the bytes that spell it.
package struct YAMLValue: Equatable, Sendable {
    package let text: String
    /// Whether it has no quotes and is no block of lines.
    package let isPlain: Bool
    /// `nil` if no tag is written.
    package let tag: String?
    /// The first line of the text, counted from 1.
    package let line: Int
    /// The bytes of the text in the stream, without quotes and without what is before it.
    package let bytes: Range<Int>
}

extension YAMLEvent {
    fileprivate var content: String? { if case .scalar(let text, _) = kind { text } else { nil } }
}

/// The bytes of a stream, with places that libyaml counts in characters.
struct YAMLText {
    /// Without a byte order mark at the start.
    let bytes: [UInt8]
    private let start: Int
    /// The place of the last request. Requests come in the order of the events, so the next is not far.
    private var character = 0
    private var byte = 0

    init(_ stream: [UInt8]) {
        start = stream.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        bytes = start == 0 ? stream : Array(stream.dropFirst(start))
    }

    mutating func starts(with text: String, atCharacter wanted: Int) -> Bool {
        bytes[offset(ofCharacter: wanted)...].starts(with: text.utf8)
    }

    /// `nil` if the event is no scalar.
    mutating func value(of event: YAMLEvent) -> YAMLValue? {
        guard case .scalar(let text, let isPlain) = event.kind else { return nil }
        let from = offset(ofCharacter: event.characters.lowerBound)
        let whole = from..<offset(ofCharacter: event.characters.upperBound)
        let spelt = spelling(of: Array(text.utf8), in: whole)
        let lines = bytes[whole.lowerBound..<spelt.lowerBound].count { $0 == 0x0a }
        return YAMLValue(
            text: text, isPlain: isPlain, tag: event.tag, line: event.line + lines,
            bytes: spelt.lowerBound + start..<spelt.upperBound + start)
    }

    /// The text is the end of the scalar, before white space of a block and one quote. Otherwise it has escapes, and
    /// is all between the first double quote and the last byte.
    private func spelling(of text: [UInt8], in whole: Range<Int>) -> Range<Int> {
        let blank = [0x20, 0x09, 0x0a, 0x0d] as [UInt8]
        let last = bytes[whole].lastIndex { !blank.contains($0) } ?? whole.lowerBound
        for end in [last + 1, last] where end - text.count >= whole.lowerBound && end <= whole.upperBound {
            if bytes[end - text.count..<end].elementsEqual(text) { return end - text.count..<end }
        }
        guard let quote = bytes[whole].firstIndex(of: UInt8(ascii: "\"")), quote < last else { return whole }
        return quote + 1..<last
    }

    private mutating func offset(ofCharacter wanted: Int) -> Int {
        while character < wanted, byte < bytes.count {
            byte += 1
            while byte < bytes.count, bytes[byte] & 0xc0 == 0x80 { byte += 1 }
            character += 1
        }
        while character > wanted, byte > 0 {
            byte -= 1
            while byte > 0, bytes[byte] & 0xc0 == 0x80 { byte -= 1 }
            character -= 1
        }
        return byte
    }
}
