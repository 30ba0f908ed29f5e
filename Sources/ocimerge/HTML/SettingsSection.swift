internal import ImageModel

/// How an image runs and was built: its settings, annotations and history, with whole values.
enum SettingsSection {
    /// Longer lists are collapsed.
    private static let shownLimit = 24

    /// A setting that is absent has no row.
    static func html(_ details: ConfigDetails) -> HTML {
        let check = details.healthcheck.map { PageText.shown(ConfigText.whole($0)) } ?? []
        let rows: [(name: HTML, value: HTML)] = [
            ("Entrypoint", exec(details.entrypoint)), ("Command", exec(details.command)),
            ("User", values([details.user].compactMap(\.self))),
            ("Working directory", values([details.workingDirectory].compactMap(\.self))),
            ("Environment", pairs(details.environment.map(variable), label: "Environment")),
            ("Ports", values(details.ports)), ("Volumes", values(details.volumes)),
            ("Labels", pairs(details.labels, label: "Labels")),
            ("Stop signal", values([details.stopSignal].compactMap(\.self))), ("Healthcheck", check),
        ]
        let count = rows.filter { !$0.value.isEmpty }.count + details.environment.count + details.labels.count
        return PageText.details(
            "Settings", isOpen: count <= shownLimit, PageTable.pairs(rows, "settings", label: "Settings"))
    }

    static func annotations(_ annotations: [String: String]) -> HTML {
        let sorted = annotations.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
        return PageText.details(
            .words(CountText.text(sorted.count, "annotation")), isOpen: sorted.count <= shownLimit,
            pairs(sorted, label: "Annotations"))
    }

    /// One row for each step, with the layer that it made.
    static func history(_ details: ConfigDetails, layers: [Digest]) -> HTML {
        let steps = details.history
        if steps.isEmpty { return [] }
        let table = PageTable([
            .numbers("Step"), .init(title: "Command"), .init(title: "Created"), .init(title: "Layer"),
        ])
        var layers = layers[...]
        let rows = steps.enumerated().map { number, step in
            let layer: HTML =
                step.isEmpty ? "none" : layers.popFirst().map(PageText.digest) ?? "no layer in the manifest"
            return table.row([
                .words("\(number + 1)"), PageText.value(ConfigText.oneLine(step.command.unicodeScalars[...])),
                step.created.map(HTML.text) ?? [], layer,
            ])
        }
        return PageText.details(
            .words("History of \(CountText.text(steps.count, "step"))"), isOpen: false,
            table.table("history", caption: "Steps of the build and their layers", table.body(rows)))
    }

    /// `["/bin/sh","-c"]`; empty without words.
    static func exec(_ words: [String]) -> HTML {
        words.isEmpty ? [] : PageText.shown(ConfigText.exec(words))
    }

    private static func values(_ values: [String]) -> HTML { PageText.list(values.map(PageText.value)) }

    private static func pairs(_ pairs: [(key: String, value: String)], label: String) -> HTML {
        PageTable.pairs(
            pairs.map { (name: PageText.value($0.key), value: PageText.value($0.value)) }, "texts", label: label)
    }

    /// `KEY=value`
    private static func variable(_ text: String) -> (key: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }
}
