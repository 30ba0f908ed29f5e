/// Go's `encoding/json` takes `Layers` for `layers`: a document that has both, or only the wrong one, would read
/// differently there. So names that matter may stand only as the specification writes them.
enum FoldedNames {
    static func refuseVariants(of names: Set<String>, in object: JSONValue) throws(DocumentError) {
        for member in object.members where !names.contains(member.key) {
            let folded = fold(member.key)
            if names.contains(where: { fold($0) == folded }) { throw .ambiguous }
        }
    }

    /// As Go folds: ASCII case, and the two other letters whose simple case folding is ASCII.
    private static func fold(_ name: String) -> [Unicode.Scalar] {
        name.unicodeScalars.map { scalar in
            switch scalar {
            case "\u{17F}": "s"
            case "\u{212A}": "k"
            case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) | 0x20)
            default: scalar
            }
        }
    }
}
