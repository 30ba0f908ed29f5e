internal import ImageModel
internal import ImagePlanning

/// Which names went from a layout, or would, and what stays of their images.
struct RemoveReport: CommandReport {
    let layout: String
    let plan: RemovalPlan
    let isDryRun: Bool
    /// What nothing needs afterwards; nil where that cannot be told.
    let freeable: Int64?
    /// What was done about that.
    let collected: CollectReport?

    var brief: String { plan.images.map { "\($0.digest)\n" }.joined() }

    var text: String {
        let verb = isDryRun ? "would remove from" : "removed from"
        var text = "\(verb) \(TerminalText.escaped(layout)):\n"
        text += Table.text(plan.removed.map { ["  " + Self.name($0.label), $0.digest.description] })
        for image in plan.images {
            if !image.names.isEmpty {
                let names = image.names.map(Self.name).joined(separator: ", ")
                text += "\(image.digest) is still there as \(names)\n"
            } else if image.isNeeded {
                text += "\(image.digest) is still needed by another image\n"
            }
        }
        return text + (collected?.text ?? outlook)
    }

    private var outlook: String {
        let command = "ocimerge gc \(ShellText.quoted(layout))"
        return switch freeable {
        case nil: "what nothing else needs stays until \(command)\n"
        case 0: "nothing is left that \(command) would free\n"
        case let bytes?: "\(command) frees \(ByteCount.text(bytes))\n"
        }
    }

    private static func name(_ label: ImageLabel?) -> String {
        TerminalText.escaped(label?.description ?? "(no name)")
    }

    func json(warnings: [String]) -> JSONText {
        func name(_ label: ImageLabel?) -> JSONText { label.map { .string($0.description) } ?? .null }
        let images: [JSONText] = plan.images.map { image in
            .object([
                ("digest", .string(image.digest.description)),
                ("names", .array(image.names.map(name))),
                ("needed", .boolean(image.isNeeded)),
            ])
        }
        return .object([
            ("layout", .string(layout)),
            ("dryRun", .boolean(isDryRun)),
            (
                "removed",
                .array(
                    plan.removed.map {
                        .object([("name", name($0.label)), ("digest", .string($0.digest.description))])
                    })
            ),
            ("images", .array(images)),
            ("freeable", freeable.map(JSONText.integer) ?? .null),
            ("gc", collected?.members ?? .null),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
