internal import ImageModel
internal import ImagePlanning

/// What was named, or would be.
struct TagReport: CommandReport {
    let layout: String
    let plan: TagPlan
    let isDryRun: Bool

    var brief: String { plan.digests.map { "\($0)\n" }.joined() }

    var text: String {
        let digests = plan.digests.map(\.description).joined(separator: ", ")
        let place = TerminalText.escaped(layout)
        if !plan.isChanged { return "\(plan.name) in \(place) leads to \(digests) already\n" }
        let verb = isDryRun ? "would lead" : "leads"
        var text = "\(plan.name) in \(place) \(verb) to \(digests)\n"
        if !plan.previous.isEmpty {
            text += "before, it led to \(plan.previous.map(\.description).joined(separator: ", "))\n"
        }
        return text
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("layout", .string(layout)),
            ("name", .string(plan.name.full)),
            ("digests", .array(plan.digests.map { .string($0.description) })),
            ("previous", .array(plan.previous.map { .string($0.description) })),
            ("dryRun", .boolean(isDryRun)),
            ("changed", .boolean(plan.isChanged)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
