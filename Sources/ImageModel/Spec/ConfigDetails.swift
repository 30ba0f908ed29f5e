/// How an image runs and was built, by its config: for reports. Members of unexpected types count as absent, because
/// other readers may accept them.
package struct ConfigDetails {
    private let root: JSONValue

    /// `nil` if the bytes are no JSON.
    package init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes) else { return nil }
        root = document.root
    }

    /// The object `config` of the document, and its list `history`; `nil` if absent.
    private var run: JSONValue? { root["config"].flatMap { $0.kind == .object ? $0 : nil } }
    private var list: JSONValue? { root["history"].flatMap { $0.kind == .array ? $0 : nil } }

    package var runJSON: JSONText? { run.map(JSONText.init(value:)) }
    package var historyJSON: JSONText? { list.map(JSONText.init(value:)) }
    /// The size of these two in the document.
    package var size: Int { (run?.range.count ?? 0) + (list?.range.count ?? 0) }

    package var entrypoint: [String] { strings(run?["Entrypoint"]) }
    package var command: [String] { strings(run?["Cmd"]) }
    package var environment: [String] { strings(run?["Env"]) }
    package var user: String? { text(run?["User"]) }
    package var workingDirectory: String? { text(run?["WorkingDir"]) }
    package var ports: [String] { run?["ExposedPorts"]?.members.map(\.key) ?? [] }
    package var volumes: [String] { run?["Volumes"]?.members.map(\.key) ?? [] }
    package var labels: [(key: String, value: String)] {
        (run?["Labels"]?.members ?? []).compactMap { member in member.value.string.map { (member.key, $0) } }
    }
    /// Whether the first word of the command is a command line of Windows (docker's `ArgsEscaped`).
    package var isCommandLine: Bool { run?["ArgsEscaped"]?.boolean ?? false }
    package var stopSignal: String? { text(run?["StopSignal"]) }
    /// `nil` if the member is absent or empty.
    package var healthcheck: Healthcheck? {
        guard let check = run?["Healthcheck"], !check.members.isEmpty else { return nil }
        return Healthcheck(
            test: strings(check["Test"]), interval: check["Interval"]?.integer ?? 0,
            timeout: check["Timeout"]?.integer ?? 0, startPeriod: check["StartPeriod"]?.integer ?? 0,
            retries: check["Retries"]?.integer ?? 0)
    }

    package struct Healthcheck {
        package let test: [String]
        /// In nanoseconds, like `timeout` and `startPeriod`; 0 if not stated.
        package let interval: Int64
        package let timeout: Int64
        package let startPeriod: Int64
        package let retries: Int64
    }

    /// One step of the build.
    package struct Step {
        package let created: String?
        /// The command, or else the comment.
        package let command: String
        /// Whether the step made no layer.
        package let isEmpty: Bool
    }

    package var history: [Step] {
        (list?.elements ?? []).map { step in
            Step(
                created: text(step["created"]), command: text(step["created_by"]) ?? text(step["comment"]) ?? "",
                isEmpty: step["empty_layer"]?.boolean ?? false)
        }
    }

    private func strings(_ value: JSONValue?) -> [String] { value?.elements.compactMap(\.string) ?? [] }

    /// `nil` if the text is empty.
    private func text(_ value: JSONValue?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }
}
