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

    /// Removals, then settings in the order of the command line: of one name the last counts.
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
        changes += environmentChanges(run?["Env"]?.elements ?? [])
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

    /// Each name once, with the last of its settings. Names are compared by their bytes.
    private static func last(_ settings: [Setting]) -> [Setting] {
        var values: [[UInt8]: Setting] = [:]
        for setting in settings { values[Array(setting.name.utf8)] = setting }
        var seen: Set<[UInt8]> = []
        return settings.compactMap { setting in
            let name = Array(setting.name.utf8)
            return seen.insert(name).inserted ? values[name] : nil
        }
    }

    /// Each variable keeps its place in the list; new ones follow. Of a variable that the list repeats, the last counts,
    /// and the others go. Elements go last: the changes before count them.
    private func environmentChanges(_ elements: [JSONValue]) -> [JSONChange] {
        var replaced: [JSONChange] = []
        var added: [JSONChange] = []
        var removed: [Int] = []
        for setting in Self.last(environment) {
            let name = Array(setting.name.utf8)
            let places = elements.indices.filter { number in
                elements[number].string.map { $0.utf8.prefix { $0 != UInt8(ascii: "=") }.elementsEqual(name) } ?? false
            }
            removed += setting.value == nil ? places : places.dropLast()
            guard let value = setting.value else { continue }
            let variable = JSONText.string(setting.name + "=" + value)
            if let place = places.last {
                replaced.append(JSONChange([.key("Env"), .index(place)], to: variable))
            } else {
                added.append(JSONChange([.key("Env"), .end], to: variable))
            }
        }
        let gone = removed.sorted(by: >).map { JSONChange([.key("Env"), .index($0)], to: nil) }
        return replaced + gone + added
    }
}
