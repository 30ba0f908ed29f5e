/// Finds the directives of a YAML text. libyaml compares every `%TAG` with every other, which takes many seconds for a
/// megabyte of directives.
struct YAMLDirectives {
    private static let limit = 64

    /// The lines that begin with `%`, in order, and whether the directive is a `%TAG`.
    private var lines: [(number: Int, isTag: Bool)] = []
    /// The first line that is neither directive nor comment nor blank: the document begins there.
    private var start = Int.max

    init(of bytes: [UInt8]) {
        var rest = bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = Self.end(of: rest)
            let line = rest[..<end.line]
            if line.first == UInt8(ascii: "%") {
                lines.append((number, line.starts(with: Array("%TAG".utf8))))
            } else if start == .max, !Self.isBlank(line) {
                start = number
            }
            rest = rest[end.next...]
        }
    }

    func checkCount() throws(YAMLError) {
        let tags = lines.prefix { $0.number < start }.filter(\.isTag)
        if tags.count > Self.limit { throw YAMLError(.tag("%TAG"), line: tags[Self.limit].number, column: 1) }
    }

    /// The same for a stream of several documents, which may have directives each.
    func checkCountInStream() throws(YAMLError) {
        let tags = lines.filter(\.isTag)
        if tags.count > Self.limit { throw YAMLError(.tag("%TAG"), line: tags[Self.limit].number, column: 1) }
    }

    /// The first directive from `line` on.
    func line(after line: Int) -> Int? { lines.first { $0.number >= line }?.number }

    /// Whether the line is blank or a comment, with the leading characters that libyaml skips.
    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        var rest = line
        while let byte = rest.first {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                rest = rest.dropFirst()
            } else if rest.starts(with: [0xef, 0xbb, 0xbf]) {
                rest = rest.dropFirst(3)
            } else {
                return byte == UInt8(ascii: "#")
            }
        }
        return true
    }

    /// Lines end, as for libyaml, with CR, LF, both, or one of three Unicode characters.
    private static func end(of rest: ArraySlice<UInt8>) -> (line: Int, next: Int) {
        for place in rest.indices {
            let count: Int =
                switch rest[place] {
                case 0x0a: 1
                case 0x0d: rest[place...].starts(with: [0x0d, 0x0a]) ? 2 : 1
                case 0xc2: rest[place...].starts(with: [0xc2, 0x85]) ? 2 : 0
                case 0xe2:
                    rest[place...].starts(with: [0xe2, 0x80, 0xa8]) || rest[place...].starts(with: [0xe2, 0x80, 0xa9])
                        ? 3 : 0
                default: 0
                }
            if count > 0 { return (place, place + count) }
        }
        return (rest.endIndex, rest.endIndex)
    }
}
