internal import ImageModel
internal import Registry

/// Who we are now, and who keeps that in mind.
struct LoginReport: CommandReport {
    let host: String
    let user: String
    let keeper: CredentialKeeping.Keeper
    let isDryRun: Bool

    var brief: String { "\(host)\n" }

    var text: String {
        let done = isDryRun ? "would be kept" : "kept"
        return "logged in to \(host) as \(TerminalText.escaped(user)); \(done) \(keeper.place)\n"
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("registry", .string(host)),
            ("user", .string(user)),
            ("kept", keeper.json),
            ("dryRun", .boolean(isDryRun)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}

extension CredentialKeeping.Keeper {
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

/// Who has forgotten us.
struct LogoutReport: CommandReport {
    let host: String
    /// Empty: nobody knew us.
    let keepers: [CredentialKeeping.Keeper]
    let isDryRun: Bool

    var brief: String { keepers.isEmpty ? "" : "\(host)\n" }

    var text: String {
        if keepers.isEmpty { return "not logged in to \(host)\n" }
        let verb = isDryRun ? "would be removed" : "removed"
        return keepers.map { "login to \(host) \(verb), kept \($0.place) until now\n" }.joined()
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("registry", .string(host)),
            ("removed", .array(keepers.map(\.json))),
            ("dryRun", .boolean(isDryRun)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
