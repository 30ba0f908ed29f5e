internal import ImageModel

/// The rows of `inspect` that show how an image runs and was built.
enum ConfigText {
    /// A setting that is absent has no row. Lists of texts have one a line.
    static func rows(_ details: ConfigDetails) -> [[String]] {
        var rows: [[String]] = []
        func add(_ name: String, _ values: [String]) {
            for (number, value) in values.enumerated() { rows.append([number == 0 ? "    " + name : "", value]) }
        }
        func add(_ name: String, exec words: [String]) { if !words.isEmpty { add(name, [array(words)]) } }
        func add(_ name: String, joined words: [String]) {
            if !words.isEmpty { add(name, [TerminalText.part(words.joined(separator: ", "))]) }
        }
        add("entrypoint", exec: details.entrypoint)
        add("cmd", exec: details.command)
        add("user", joined: [details.user].compactMap(\.self))
        add("workdir", joined: [details.workingDirectory].compactMap(\.self))
        add("env", details.environment.map(TerminalText.part))
        add("ports", joined: details.ports)
        add("volumes", joined: details.volumes)
        add("labels", details.labels.map { pair($0.key, $0.value) })
        add("stop signal", joined: [details.stopSignal].compactMap(\.self))
        add("healthcheck", details.healthcheck.map { [text($0)] } ?? [])
        return rows
    }

    static func rows(_ annotations: [String: String], indent: String) -> [[String]] {
        annotations.sorted { $0.key < $1.key }.enumerated().map { number, annotation in
            [number == 0 ? indent + "annotations" : "", pair(annotation.key, annotation.value)]
        }
    }

    private static func pair(_ key: String, _ value: String) -> String {
        "\(TerminalText.part(key))=\(TerminalText.part(value))"
    }

    /// `["/bin/sh","-c"]`
    static func exec(_ words: [String]) -> String { TerminalText.escaped(line: .array(words.map(JSONText.string))) }

    private static func array(_ words: [String]) -> String { TerminalText.shortened(exec(words)) }

    /// The options are those of a Dockerfile. A long test is shortened.
    static func text(_ check: ConfigDetails.Healthcheck) -> String { text(check, test: array(check.test)) }

    /// The same with the whole test.
    static func whole(_ check: ConfigDetails.Healthcheck) -> String { text(check, test: exec(check.test)) }

    private static func text(_ check: ConfigDetails.Healthcheck, test: String) -> String {
        let times = [("interval", check.interval), ("timeout", check.timeout), ("start-period", check.startPeriod)]
        let options = times.filter { $0.1 > 0 }.map { "--\($0.0)=\(seconds($0.1))" }
        let retries = check.retries > 0 ? ["--retries=\(check.retries)"] : []
        return ([test] + options + retries).joined(separator: " ")
    }

    /// Times below a second are rare.
    private static func seconds(_ nanoseconds: Int64) -> String {
        nanoseconds.isMultiple(of: 1_000_000_000) ? "\(nanoseconds / 1_000_000_000)s" : "\(nanoseconds / 1_000_000)ms"
    }

    // MARK: - History

    /// In columns: a command is on one line.
    private static let commandWidth = 100

    /// One row for each step, with the layer that it made.
    static func history(_ details: ConfigDetails, layers: [Digest], _ style: TextStyle) -> String {
        var layers = layers[...]
        let rows = details.history.map { step -> [String] in
            let layer = step.isEmpty ? "(empty)" : layers.popFirst().map(style.digest) ?? "(no layer)"
            return ["      " + layer, TerminalText.part(step.created ?? ""), line(step.command)]
        }
        return rows.isEmpty ? "" : "    history\n" + Table.text(rows, width: style.width)
    }

    private static func line(_ command: String) -> String {
        let line = oneLine(command.unicodeScalars.prefix(10 * commandWidth))
        return DisplayWidth.cut(TerminalText.escaped(line), to: commandWidth)
    }

    /// The command with each run of white space as one space.
    static func oneLine(_ command: Substring.UnicodeScalarView) -> String {
        command.split { " \t\n\r".unicodeScalars.contains($0) }.map { String($0) }.joined(separator: " ")
    }
}
