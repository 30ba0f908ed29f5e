internal import ImageModel
internal import Registry

/// Result of login.
struct LoginReport: CommandReport {
    let host: String
    let user: String
    let location: CredentialStore.Location
    let isDryRun: Bool

    var brief: String { "\(host)\n" }

    func text(_ style: TextStyle) -> String {
        let done = isDryRun ? "would be kept" : "kept"
        return "logged in to \(host) as \(TerminalText.escaped(user)); \(done) \(location.place)\n"
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("registry", .string(host)),
            ("user", .string(user)),
            ("kept", location.json),
            ("dryRun", .boolean(isDryRun)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}

extension CredentialStore.Location {
    var place: String {
        switch self {
        case .file(let path): "in \(TerminalText.escaped(path))"
        case .helper(let name): "by \(TerminalText.escaped(name))"
        }
    }

    var json: JSONText {
        switch self {
        case .file(let path): .object([("file", .string(path))])
        case .helper(let name): .object([("helper", .string(name))])
        }
    }
}

/// Result of logout.
struct LogoutReport: CommandReport {
    let host: String
    /// The places that had the credentials; empty if there were none.
    let locations: [CredentialStore.Location]
    let isDryRun: Bool

    var brief: String { locations.isEmpty ? "" : "\(host)\n" }

    func text(_ style: TextStyle) -> String {
        if locations.isEmpty { return "not logged in to \(host)\n" }
        let verb = isDryRun ? "would be removed" : "removed"
        return locations.map { "login to \(host) \(verb), kept \($0.place) until now\n" }.joined()
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("registry", .string(host)),
            ("removed", .array(locations.map(\.json))),
            ("dryRun", .boolean(isDryRun)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
