internal import ImageAudit
internal import ImageModel

/// The findings of one source for machines. Members are added over time and never change their meaning.
enum VerifyJSON {
    static func text(_ report: VerifyReport) -> JSONText {
        .object([
            ("source", .string(report.source)),
            ("dialect", .string(report.dialect)),
            ("sound", .boolean(report.errors == 0)),
            ("images", .integer(Int64(report.outcome.images))),
            ("platforms", .integer(Int64(report.outcome.platforms))),
            ("blobs", .integer(Int64(report.outcome.blobs))),
            ("bytes", .integer(report.outcome.bytes)),
            ("errors", .integer(Int64(report.errors))),
            ("notes", .integer(Int64(report.rows.count - report.errors))),
            ("findings", .array(report.rows.map { row($0, report) })),
        ])
    }

    /// A source that is no image at all.
    static func text(unreadable source: String, _ sentence: String) -> JSONText {
        .object([("source", .string(source)), ("sound", false), ("error", .string(sentence))])
    }

    private static func row(_ row: VerifyReport.Row, _ report: VerifyReport) -> JSONText {
        let platform = row.place.steps.last { $0.platform != nil }?.platform
        let path = row.place.steps.map { step -> JSONText in
            .string(step.name + (step.index.map { "[\($0)]" } ?? ""))
        }
        func text(_ value: String?) -> JSONText { value.map(JSONText.string) ?? .null }
        return .object([
            ("severity", .string(row.severity.rawValue)),
            ("kind", .string(row.kind)),
            ("image", text(row.root?.description)),
            ("names", .array(names(row.root, report))),
            ("path", .array(path)),
            ("platform", text(platform?.description)),
            ("digest", text(row.subject?.description)),
            ("file", text(row.member)),
            ("files", .array(row.files.map(JSONText.string))),
            ("expected", text(row.expected)),
            ("found", text(row.found)),
            ("otherPlaces", .integer(Int64(row.otherPlaces))),
            ("message", .string(row.sentence)),
        ])
    }

    private static func names(_ root: Digest?, _ report: VerifyReport) -> [JSONText] {
        (root.flatMap { report.names[$0] } ?? []).map { .string($0.description) }
    }
}
