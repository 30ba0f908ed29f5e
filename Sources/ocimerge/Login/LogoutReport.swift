internal import ImageModel
internal import Registry

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
