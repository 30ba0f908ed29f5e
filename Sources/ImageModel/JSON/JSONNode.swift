/// One value, or one member name, of a parsed document. Children follow their parent directly; an object's are
/// name, value, name, value… Sixteen bytes: offsets fit because no document is larger than `JSONDocument.limit`.
struct JSONNode: Sendable {
    var start: UInt32
    var end: UInt32
    /// The index just after this value and everything inside it: the next sibling, or the end of the parent.
    var next: UInt32
    var kind: JSONValue.Kind
    /// A string whose bytes are not its text.
    var isEscaped: Bool

    var range: Range<Int> { Int(start)..<Int(end) }

    /// The bytes between the quotes of a string.
    var content: Range<Int> { (Int(start) + 1)..<(Int(end) - 1) }
}
