internal import ImageModel

/// The JSON Schema of every command that prints JSON. A new report is a file in this folder and a line in the list.
enum Schemas {
    private static let all: [(command: String, schema: @Sendable () -> Schema)] = [
        ("merge", { MergeSchema.report }), ("copy", { MergeSchema.report }), ("pack", { MergeSchema.report }),
        ("push", { MergeSchema.push }), ("pull", { MergeSchema.report }), ("inspect", { InspectSchema.report }),
        ("fix", { FixSchema.report }), ("verify", { VerifySchema.report }),
        ("diff", { DiffSchema.report }), ("ls", { LayoutSchemas.list }),
        ("tag", { LayoutSchemas.tag }), ("rm", { LayoutSchemas.remove }), ("gc", { LayoutSchemas.collect }),
        ("login", { LoginSchemas.login }), ("logout", { LoginSchemas.logout }),
        ("version", { VersionSchema.report }),
    ]

    static var commands: [String] { all.map(\.command) }

    /// The schema of a command, or the list of these commands. `command` is one of the list.
    static func text(of command: String?, version: String) -> String {
        guard let found = all.first(where: { $0.command == command }) else {
            return commands.map { $0 + "\n" }.joined()
        }
        return TerminalText.escaped(json: found.schema().document(of: found.command, version: version))
    }
}
