internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// The result of `fix` or `edit`, or of a dry run.
struct RevisionReport: CommandReport {
    let source: String
    /// `nil` if the source itself changes.
    let destination: String?
    /// The kind of the destination; `nil` if the source keeps its own.
    let form: DestinationTraits.Form?
    let isDryRun: Bool
    let isChanged: Bool
    /// The roots above corrected images.
    let roots: [RevisionPlan.Root]
    /// Images that the result lacks.
    let dropped: [RevisedImage.State]
    let droppedNames: [ImageLabel]
    /// New layers.
    let layers: [AddedLayer]
    private let verb: RevisionVerb
    /// Whether the result has other names.
    private let isNamed: Bool
    /// All roots of the result, by digest.
    let everyRoot: [Digest]
    /// Empty unless this is a dry run.
    let differences: [DocumentDifference]
    /// `nil` if nothing was pushed.
    let pushed: PushedContent?

    init(
        _ work: any RevisionWork, _ revision: SourceRevision, isChanged: Bool, differences: [DocumentDifference],
        form: DestinationTraits.Form? = nil, pushed: PushedContent? = nil
    ) throws(PlanError) {
        let (request, plan) = (work.request, revision.plan)
        verb = work.verb
        isNamed = !request.tags.isEmpty
        layers = revision.layers
        dropped = plan.dropped
        droppedNames = plan.droppedNames
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
            let shown = changed.isEmpty && dropped.isEmpty ? root.images : changed
            for image in shown { rows += Self.rows(image, style) }
            if root.images.first?.before.manifest != root.before {
                rows.append(["  index", style.digest(root.before), style.digest(root.after)])
            }
            text += Table.text(rows, width: style.width)
        }
        text += droppedTable(style) + layerTable(style)
        for difference in differences { text += difference.text(style) }
        return text
    }

    private var headline: String {
        let count = Set(roots.flatMap(\.images).filter { $0.before != $0.after }.map(\.before.manifest)).count
        let what = isChanged ? changes(count) : "nothing to change"
        if let destination {
            let opening = FormText.opening(form, isDryRun: isDryRun)
            let layers = pushed.map { "; " + PushText.layers($0) } ?? ""
            return "\(opening) \(TerminalText.escaped(destination)): \(what)\(layers)"
        }
        guard isChanged else { return "\(TerminalText.escaped(source)): nothing to change" }
        return "\(isDryRun ? "would change" : "changed") \(TerminalText.escaped(source)): \(what)"
    }

    private func changes(_ count: Int) -> String {
        let gone = dropped.isEmpty ? [] : [CountText.text(dropped.count, "image") + " dropped"]
        let images = count == 0 ? "only metadata outside the image" : CountText.text(count, "image")
        // New names are told by the result alone.
        let edited = count == 0 && (!dropped.isEmpty || isNamed) ? [] : [images + " " + verb.done]
        return (edited + gone + (isNamed ? ["named"] : [])).joined(separator: ", ")
    }

    private static func rows(_ image: RevisedImage, _ style: TextStyle) -> [[String]] {
        [
            ["  platform", text(image.before.platform), text(image.after.platform)],
            ["  manifest", style.digest(image.before.manifest), style.digest(image.after.manifest)],
            ["  config", style.digest(image.before.config), style.digest(image.after.config)],
        ]
    }

    private func droppedTable(_ style: TextStyle) -> String {
        if dropped.isEmpty { return "" }
        let rows =
            dropped.map { ["  " + Self.text($0.platform), style.digest($0.manifest)] }
            + droppedNames.map { ["  " + TerminalText.escaped($0.description), "name"] }
        return style.heading("dropped") + "\n" + Table.text(rows, width: style.width)
    }

    private func layerTable(_ style: TextStyle) -> String {
        if layers.isEmpty { return "" }
        let rows = layers.map {
            ["  layer", style.digest($0.digest), ByteCount.text($0.size), TerminalText.escaped($0.origin)]
        }
        return style.heading("added") + "\n" + Table.text(rows, width: style.width)
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
        if verb == .edit {
            members.append(
                .init(
                    "dropped",
                    .array(
                        dropped.map {
                            .object([
                                ("platform", $0.platform.map { .string($0.description) } ?? .null),
                                ("manifest", .string($0.manifest.description)),
                            ])
                        })))
            members.append(
                .init("droppedNames", .array(droppedNames.map { .string($0.description) })))
            members.append(
                .init(
                    "layers",
                    .array(
                        layers.map {
                            .object([
                                ("digest", .string($0.digest.description)), ("size", .integer($0.size)),
                                ("diffID", .string($0.diffID.description)), ("createdBy", .string($0.origin)),
                            ])
                        })))
        }
        if isDryRun { members.append(.init("changes", .array(differences.map(\.json)))) }
        if let pushed { members.append(.init("pushed", PushText.json(pushed))) }
        members.append(.init("warnings", .array(warnings.map(JSONText.string))))
        return .object(members)
    }

    private static func root(_ root: RevisionPlan.Root) -> JSONText {
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
