package import ImageModel

/// The changes to the config of an image that a command line asks for. Members that it does not name keep their bytes.
package struct ConfigEdit: Sendable, Equatable {
    /// The value that a name gets; `nil` if the name is removed.
    package struct Setting: Sendable, Equatable {
        package let name: String
        package let value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// In the order of the command line: a later one wins.
    package var environment: [Setting] = []
    package var labels: [Setting] = []
    /// Empty if the member is removed; `nil` if it stays. The same holds for `command`.
    package var entrypoint: [String]?
    package var command: [String]?
    /// Empty if the member is removed; `nil` if it stays. The same holds for `workingDirectory`.
    package var user: String?
    package var workingDirectory: String?
    /// With the protocol, as in `80/tcp`.
    package var ports: [String] = []
    package var volumes: [String] = []
    /// As RFC 3339 writes it; `nil` if it stays.
    package var created: String?

    package init() {}

    package var isEmpty: Bool { self == ConfigEdit() }

    /// Whether the command of a config is removed: an entrypoint replaces it too unless a command is given with it.
    package func removesCommand(of config: ConfigView) -> Bool {
        entrypoint != nil && command == nil && !config.command.isEmpty
    }

    /// The changes to a config with these members.
    package func changes(to config: JSONValue) -> [JSONChange] {
        var changes: [JSONChange] = []
        if let created { changes.append(JSONChange([.key("created")], to: .string(created))) }
        let run = config["config"].flatMap { $0.kind == .object ? $0 : nil }
        changes += runChanges(to: run).map { JSONChange([.key("config")] + $0.path, to: $0.value) }
        return changes
    }

    /// The changes to the object `config` of a config; `nil` if it has none.
    private func runChanges(to run: JSONValue?) -> [JSONChange] {
        var changes: [JSONChange] = []
        func set(_ name: String, _ value: JSONText?) {
            if value != nil || run?[name] != nil { changes.append(JSONChange([.key(name)], to: value)) }
        }
        if !environment.isEmpty {
            set("Env", Self.list(Self.environment(run?["Env"]?.elements.compactMap(\.string) ?? [], environment)))
        }
        if let entrypoint { set("Entrypoint", Self.list(entrypoint)) }
        if let command {
            set("Cmd", Self.list(command))
        } else if entrypoint != nil {
            set("Cmd", nil)
        }
        if let user { set("User", user.isEmpty ? nil : .string(user)) }
        if let workingDirectory { set("WorkingDir", workingDirectory.isEmpty ? nil : .string(workingDirectory)) }
        for label in Self.last(labels) where label.value != nil || run?["Labels"]?[label.name] != nil {
            changes.append(JSONChange([.key("Labels"), .key(label.name)], to: label.value.map(JSONText.string)))
        }
        for port in ports { changes.append(JSONChange([.key("ExposedPorts"), .key(port)], to: .object([]))) }
        for volume in volumes { changes.append(JSONChange([.key("Volumes"), .key(volume)], to: .object([]))) }
        return changes
    }

    /// `nil` instead of an empty list: readers take both for absent.
    private static func list(_ words: [String]) -> JSONText? {
        words.isEmpty ? nil : .array(words.map(JSONText.string))
    }

    /// Each name once, with the last of its settings.
    private static func last(_ settings: [Setting]) -> [Setting] {
        var values: [String: Setting] = [:]
        for setting in settings { values[setting.name] = setting }
        var seen: Set<String> = []
        return settings.compactMap { seen.insert($0.name).inserted ? values[$0.name] : nil }
    }

    /// Each variable keeps its place in the list; new ones follow. Of a variable that the list repeats, the last counts.
    private static func environment(_ present: [String], _ settings: [Setting]) -> [String] {
        func name(_ variable: String) -> String { String(variable.prefix { $0 != "=" }) }
        var variables = present
        for setting in last(settings) {
            let places = variables.indices.filter { name(variables[$0]) == setting.name }
            if let value = setting.value {
                let variable = "\(setting.name)=\(value)"
                if let place = places.last { variables[place] = variable } else { variables.append(variable) }
            }
            let removed = Set(setting.value == nil ? places[...] : places.dropLast())
            variables = variables.indices.filter { !removed.contains($0) }.map { variables[$0] }
        }
        return variables
    }
}
