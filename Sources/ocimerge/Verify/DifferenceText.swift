internal import ImageModel
internal import ImagePlanning

/// The text of the differences from a receipt or another place, one a line.
enum DifferenceText {
    static func rows(_ differences: [RecordDifference], _ style: TextStyle) -> String {
        let rows = differences.map { difference in
            let label = difference.isError ? style.bad("error") : style.warning("note")
            return [
                "  \(label)", DifferenceMessage.subject(of: difference), DifferenceMessage.sentence(for: difference),
            ]
        }
        return Table.text(rows, width: style.width)
    }

    /// `2 errors, 1 note`
    static func verdict(_ differences: [RecordDifference], _ style: TextStyle) -> String {
        let errors = differences.count(where: \.isError)
        let notes = differences.count - errors
        let verdict = errors > 0 ? style.bad(CountText.text(errors, "error")) : style.good("no errors")
        return notes > 0 ? "\(verdict), \(CountText.text(notes, "note"))" : verdict
    }
}

/// The same as JSON.
enum DifferenceJSON {
    static func members(_ differences: [RecordDifference]) -> [(String, JSONText)] {
        let errors = differences.count(where: \.isError)
        return [
            ("errors", .integer(Int64(errors))),
            ("notes", .integer(Int64(differences.count - errors))),
            ("differences", .array(differences.map(difference))),
        ]
    }

    private static func difference(_ difference: RecordDifference) -> JSONText {
        func text(_ value: String?) -> JSONText { value.map(JSONText.string) ?? .null }
        let facts = DifferenceMessage.facts(of: difference)
        return .object([
            ("severity", .string(difference.isError ? "error" : "note")),
            ("kind", .string(DifferenceMessage.kind(of: difference))),
            ("name", text(difference.name)),
            ("reference", text(difference.reference)),
            ("image", .string(difference.image.description)),
            ("platform", text(difference.platform)),
            ("expected", text(facts.expected)),
            ("found", text(facts.found)),
            ("message", .string(DifferenceMessage.sentence(for: difference))),
        ])
    }
}
