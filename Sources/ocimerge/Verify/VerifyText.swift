internal import ImageAudit
internal import ImageModel

/// The text that `verify` prints for one source: the findings of each image, one a line, and a summary.
enum VerifyText {
    static func text(_ report: VerifyReport, _ style: TextStyle) -> String {
        let shown = report.rows.filter { !$0.isJSONOnly }
        var text = ""
        // The rows of one image follow each other.
        for rows in shown.chunked(by: \.root) {
            text += rows.first?.root.map { heading($0, report, style) } ?? ""
            let cells = rows.map { Self.cells($0, style) }
            // Rows about the whole source have no place.
            let isPlaceless = cells.allSatisfy { $0[1].isEmpty }
            text += Table.text(isPlaceless ? cells.map { [$0[0], $0[2]] } : cells, width: style.width)
        }
        return text + summary(report, style) + correction(report)
    }

    private static func correction(_ report: VerifyReport) -> String {
        correctionCommand(report).map { "to correct the platform: \($0)\n" } ?? ""
    }

    /// The command that corrects wrong platforms; `nil` if there are none.
    static func correctionCommand(_ report: VerifyReport) -> String? {
        guard report.rows.contains(where: { $0.kind == FindingMessage.evidenceKind }) else { return nil }
        return "ocimerge fix \(ShellText.quoted(report.source)) --auto -o DEST"
    }

    private static func heading(_ root: Digest, _ report: VerifyReport, _ style: TextStyle) -> String {
        let names = report.names[root] ?? []
        let name = names.isEmpty ? "(no name)" : names.map(\.description).joined(separator: ", ")
        return Table.text([[style.heading(TerminalText.escaped(name)), style.digest(root)]], width: style.width)
    }

    private static func cells(_ row: VerifyReport.Row, _ style: TextStyle) -> [String] {
        let more = row.otherPlaces > 0 ? " (and \(row.otherPlaces) more)" : ""
        let severity = row.severity.rawValue
        let label = row.severity == .error ? style.bad(severity) : style.warning(severity)
        return ["  \(label)", path(row.place) + more, row.sentence]
    }

    /// `index.json → manifests[1] linux/s390x → layers[3]`
    static func path(_ place: DescriptorPath) -> String {
        place.steps.map { step in
            TerminalText.escaped(step.name) + (step.index.map { "[\($0)]" } ?? "")
                + (step.platform.map { " " + TerminalText.escaped($0.description) } ?? "")
        }.joined(separator: " \(Marks.arrow) ")
    }

    private static func summary(_ report: VerifyReport, _ style: TextStyle) -> String {
        "\(TerminalText.escaped(report.source)): \(content(report)): \(verdict(report, style))\n"
    }

    /// `1 image, 2 platforms, 8 blobs, 18.5 kB verified`
    static func content(_ report: VerifyReport) -> String {
        let outcome = report.outcome
        return [
            ContentText.count(images: report.images, artifacts: report.artifacts),
            CountText.text(outcome.platforms, "platform"),
            CountText.text(outcome.blobs, "blob"),
            "\(ByteCount.text(outcome.bytes)) verified",
        ].joined(separator: ", ")
    }

    /// `no errors, 1 warning`, of the rows that the text shows.
    static func verdict(_ report: VerifyReport, _ style: TextStyle) -> String {
        let others = [Finding.Severity.warning, .note].compactMap { severity in
            let count = report.rows.count { $0.severity == severity && !$0.isJSONOnly }
            return count > 0 ? CountText.text(count, severity.rawValue) : nil
        }
        let errors =
            report.errors > 0 ? style.bad(CountText.text(report.errors, "error")) : style.good("no errors")
        return ([errors] + others).joined(separator: ", ")
    }
}

/// The JSON that `verify --json` prints for one source. Later versions may add members; a member never changes its
/// meaning.
enum VerifyJSON {
    static func text(_ report: VerifyReport) -> JSONText {
        var names = ListedNames(report.names)
        let findings = report.rows.map { row($0, &names) }
        return .object([
            ("source", .string(report.source)),
            ("dialect", .string(report.dialect)),
            ("sound", .boolean(report.errors == 0)),
            ("images", .integer(Int64(report.images))),
            ("artifacts", .integer(Int64(report.artifacts))),
            ("platforms", .integer(Int64(report.outcome.platforms))),
            ("blobs", .integer(Int64(report.outcome.blobs))),
            ("bytes", .integer(report.outcome.bytes)),
            ("errors", .integer(Int64(report.errors))),
            ("warnings", .integer(Int64(report.count(of: .warning)))),
            ("notes", .integer(Int64(report.count(of: .note)))),
            ("findings", .array(findings)),
        ])
    }

    /// A source that cannot be opened as an image.
    static func text(unreadable source: String, _ sentence: String) -> JSONText {
        .object([("source", .string(source)), ("sound", false), ("error", .string(sentence))])
    }

    private static func row(_ row: VerifyReport.Row, _ names: inout ListedNames) -> JSONText {
        let platform = row.place.steps.last { $0.platform != nil }?.platform
        let path = row.place.steps.map { step -> JSONText in
            .string(step.name + (step.index.map { "[\($0)]" } ?? ""))
        }
        func text(_ value: String?) -> JSONText { value.map(JSONText.string) ?? .null }
        return .object([
            ("severity", .string(row.severity.rawValue)),
            ("kind", .string(row.kind)),
            ("image", text(row.root?.description)),
            ("names", names.json(of: row.root)),
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

    /// The names of images, for their findings. An image may have many of both.
    private struct ListedNames {
        /// Names are printed again as long as that adds at most this number of them.
        private static let repeatLimit = 10_000

        private let names: [Digest: [ImageLabel]]
        private var listed: Set<Digest> = []
        private var left = repeatLimit

        init(_ names: [Digest: [ImageLabel]]) { self.names = names }

        /// `null` if an earlier finding of the image has its names. A program that expects a list then fails instead of
        /// finding it empty.
        mutating func json(of root: Digest?) -> JSONText {
            guard let root, let names = names[root] else { return .array([]) }
            if !listed.insert(root).inserted {
                guard names.count <= left else { return .null }
                left -= names.count
            }
            return .array(names.map { .string($0.description) })
        }
    }
}

extension Sequence {
    /// The elements in their order, cut where the key changes.
    func chunked<Key: Equatable>(by key: (Element) -> Key) -> [[Element]] {
        reduce(into: []) { chunks, element in
            if let last = chunks.last?.first, key(last) == key(element) {
                chunks[chunks.count - 1].append(element)
            } else {
                chunks.append([element])
            }
        }
    }
}
