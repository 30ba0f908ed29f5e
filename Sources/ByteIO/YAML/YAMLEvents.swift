internal import CYAML

/// The event parser of libyaml over bytes in memory. It does not recurse for any bytes.
@safe final class YAMLEvents {
    nonisolated(unsafe) private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// Stays in place as long as the parser reads from it.
    nonisolated(unsafe) private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe input = .allocate(capacity: bytes.count)
        unsafe _ = input.initialize(from: bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else { throw Self.outOfMemory }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        // The encoding is stated, not guessed: UTF-16 is an error at the first byte.
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    func next() throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let (mark, end) = unsafe (event.start_mark, event.end_mark)
        let (kind, anchor, tag) = unsafe Self.content(of: event)
        return YAMLEvent(
            kind: kind, anchor: anchor, tag: tag, line: Int(mark.line) + 1, column: Int(mark.column) + 1,
            characters: Int(mark.index)..<max(Int(mark.index), Int(end.index)))
    }

    private static func content(of event: yaml_event_t) -> (YAMLEvent.Kind, anchor: String?, tag: String?) {
        switch unsafe event.type {
        case YAML_STREAM_END_EVENT: return (.streamEnd, nil, nil)
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, nil, nil)
        case YAML_DOCUMENT_END_EVENT: return (.documentEnd, nil, nil)
        case YAML_ALIAS_EVENT: return unsafe (.alias, text(event.data.alias.anchor), nil)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            return unsafe (
                .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain), text(scalar.anchor),
                text(scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe (.sequenceStart, text(start.anchor), text(start.tag))
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, nil, nil)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe (.mappingStart, text(start.anchor), text(start.tag))
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, nil, nil)
        default: return (.streamStart, nil, nil)
        }
    }

    private static func text(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let characters = unsafe characters else { return nil }
        return unsafe String(decodingCString: characters, as: UTF8.self)
    }

    private func failure() -> YAMLError {
        guard let problem = unsafe parser.pointee.problem else { return Self.outOfMemory }
        let reason: YAMLError.Reason = unsafe .malformed(String(cString: problem))
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let (line, column) = unsafe place(ofByte: parser.pointee.problem_offset)
            return YAMLError(reason, line: line, column: column)
        }
        let mark = unsafe parser.pointee.problem_mark
        return YAMLError(reason, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// For bytes that are not text libyaml knows only the offset, not the line.
    private func place(ofByte offset: Int) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for index in 0..<min(offset, unsafe input.count) {
            let byte = unsafe input[index]
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    private static var outOfMemory: YAMLError { YAMLError(.malformed("out of memory"), line: 1, column: 1) }
}

/// One event of a YAML stream.
struct YAMLEvent {
    enum Kind: Equatable {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    /// The name of an anchor before the value, or that an alias refers to.
    let anchor: String?
    let tag: String?
    let line: Int
    let column: Int
    /// Counted by libyaml in Unicode characters from the start of the stream. The anchor and the tag are included.
    let characters: Range<Int>

    var hasAnchor: Bool { anchor != nil }
}
