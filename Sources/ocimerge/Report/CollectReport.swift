internal import ImageModel
internal import ImagePlanning

/// What nothing needed and went, or would go.
struct CollectReport {
    let layout: String
    let collection: Collection
    /// Paths.
    let leftovers: [String]
    let isDryRun: Bool

    private var plan: GarbagePlan { collection.plan }

    var digests: String { plan.garbage.map { "\($0.digest)\n" }.joined() }

    var text: String {
        let place = TerminalText.escaped(layout)
        let count = plan.garbage.count
        var text =
            "\(isDryRun ? "would free" : "freed") \(ByteCount.text(plan.bytes)) in \(place): "
            + "\(count) blob\(count == 1 ? "" : "s") removed, \(plan.kept) kept\n"
        if isDryRun {
            text += Table.text(
                plan.garbage.map { ["  \($0.digest)", ByteCount.text($0.size)] }, rightAligned: [1])
        }
        for leftover in leftovers {
            text += "left by a killed run\(isDryRun ? "" : ", removed"): \(TerminalText.escaped(leftover))\n"
        }
        for name in collection.strangers.prefix(10) {
            text += "no blob by its name, left alone: \(TerminalText.escaped(name))\n"
        }
        if collection.strangers.count > 10 { text += "and \(collection.strangers.count - 10) more\n" }
        return text
    }

    var members: JSONText {
        .object([
            (
                "removed",
                .array(
                    plan.garbage.map {
                        .object([("digest", .string($0.digest.description)), ("size", .integer($0.size))])
                    })
            ),
            ("bytes", .integer(plan.bytes)),
            ("kept", .integer(Int64(plan.kept))),
            ("leftovers", .array(leftovers.map(JSONText.string))),
            ("leftAlone", .array(collection.strangers.map(JSONText.string))),
        ])
    }

    func json(warnings: [String]) -> JSONText {
        guard case .object(let members) = members else { return members }
        return .object(
            [.init("layout", .string(layout)), .init("dryRun", .boolean(isDryRun))] + members
                + [.init("warnings", .array(warnings.map(JSONText.string)))])
    }
}
