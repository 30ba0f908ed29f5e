internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// The result of `fix`, or of its dry run.
struct FixReport: CommandReport {
    let source: String
    /// `nil` if the source itself changes.
    let destination: String?
    /// The kind of the destination; `nil` if the source keeps its own.
    let form: DestinationTraits.Form?
    let isDryRun: Bool
    let isChanged: Bool
    /// The roots above corrected images.
    let roots: [FixPlan.Root]
    /// All roots of the result, by digest.
    let everyRoot: [Digest]
    /// Empty unless this is a dry run.
    let differences: [FixDifference]
    /// `nil` if nothing was pushed.
    let pushed: PushedContent?

    init(
        _ request: FixRequest, _ plan: FixPlan, isChanged: Bool, differences: [FixDifference],
        form: DestinationTraits.Form? = nil, pushed: PushedContent? = nil
    ) throws(PlanError) {
        source = request.source
        destination = request.output
        self.form = form
        isDryRun = request.run.dryRun
        self.isChanged = isChanged
        roots = try plan.roots()
        everyRoot = Set(plan.edited.graph.roots.map(\.descriptor.digest)).sorted()
        self.differences = differences
        self.pushed = pushed
    }

    /// One digest a line.
    var brief: String {
        let digests = roots.isEmpty ? everyRoot : roots.map(\.after)
        return digests.map { "\($0)\n" }.joined()
    }

    func text(_ style: TextStyle) -> String {
        var text = headline + "\n"
        for root in roots where isChanged {
            let names = root.labels.isEmpty ? "(no name)" : root.labels.map(\.description).joined(separator: ", ")
            text += style.heading(TerminalText.escaped(names)) + "\n"
            var rows = [["", "before", "after"]]
            // If only documents beside the images changed, all images are shown.
            let changed = root.images.filter { $0.before != $0.after }
            for image in changed.isEmpty ? root.images : changed { rows += Self.rows(image, style) }
            if root.images.first?.before.manifest != root.before {
                rows.append(["  index", style.digest(root.before), style.digest(root.after)])
            }
            text += Table.text(rows, width: style.width)
        }
        for difference in differences { text += difference.text(style) }
        return text
    }

    private var headline: String {
        let count = roots.flatMap(\.images).count { $0.before != $0.after }
        let images = count == 0 ? "only metadata outside the image" : CountText.text(count, "image")
        let what = isChanged ? images + " corrected" : "nothing to change"
        if let destination {
            let opening = FormText.opening(form, isDryRun: isDryRun)
            let layers = pushed.map { "; " + PushText.layers($0) } ?? ""
            return "\(opening) \(TerminalText.escaped(destination)): \(what)\(layers)"
        }
        guard isChanged else { return "\(TerminalText.escaped(source)): nothing to change" }
        return "\(isDryRun ? "would change" : "changed") \(TerminalText.escaped(source)): \(what)"
    }

    private static func rows(_ image: CorrectedImage, _ style: TextStyle) -> [[String]] {
        [
            ["  platform", text(image.before.platform), text(image.after.platform)],
            ["  manifest", style.digest(image.before.manifest), style.digest(image.after.manifest)],
            ["  config", style.digest(image.before.config), style.digest(image.after.config)],
        ]
    }

    private static func text(_ platform: Platform?) -> String {
        TerminalText.escaped(platform?.description ?? "unknown")
    }

    func json(warnings: [String]) -> JSONText {
        var members: [JSONText.Member] = [
            .init("source", .string(source)),
            .init("destination", destination.map(JSONText.string) ?? .null),
            .init("dryRun", .boolean(isDryRun)),
            .init("changed", .boolean(isChanged)),
            .init("images", .array(roots.map(Self.root))),
        ]
        if isDryRun { members.append(.init("changes", .array(differences.map(\.json)))) }
        if let pushed { members.append(.init("pushed", PushText.json(pushed))) }
        members.append(.init("warnings", .array(warnings.map(JSONText.string))))
        return .object(members)
    }

    private static func root(_ root: FixPlan.Root) -> JSONText {
        .object([
            ("names", .array(root.labels.map { .string($0.description) })),
            ("digest", change(root.before.description, root.after.description)),
            (
                "platforms",
                .array(
                    root.images.map { image in
                        .object([
                            (
                                "platform",
                                change(image.before.platform?.description, image.after.platform?.description)
                            ),
                            ("manifest", change(image.before.manifest.description, image.after.manifest.description)),
                            ("config", change(image.before.config.description, image.after.config.description)),
                        ])
                    })
            ),
        ])
    }

    private static func change(_ before: String?, _ after: String?) -> JSONText {
        .object([
            ("before", before.map(JSONText.string) ?? .null), ("after", after.map(JSONText.string) ?? .null),
        ])
    }
}
