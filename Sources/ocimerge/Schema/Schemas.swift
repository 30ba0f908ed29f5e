internal import ImageModel

/// The JSON Schema of every command that prints JSON, and of the receipt. A new report is a file in this folder and a
/// line in the list.
enum Schemas {
    private static let all: [(command: String, schema: @Sendable () -> Schema)] = [
        ("merge", { MergeSchema.report }), ("copy", { MergeSchema.report }), ("pack", { MergeSchema.report }),
        ("push", { MergeSchema.push }), ("pull", { MergeSchema.report }), ("inspect", { InspectSchema.report }),
        ("fix", { RevisionSchema.fix }), ("edit", { RevisionSchema.edit }), ("verify", { VerifySchema.report }),
        ("diff", { DiffSchema.report }), ("ls", { LayoutSchemas.list }),
        ("tag", { LayoutSchemas.tag }), ("rm", { LayoutSchemas.remove }), ("gc", { LayoutSchemas.collect }),
        ("login", { LoginSchemas.login }), ("logout", { LoginSchemas.logout }),
        ("version", { VersionSchema.report }),
    ]

    /// The word for the schema of the file that --receipt writes.
    private static let receipt = "receipt"

    static var commands: [String] { all.map(\.command) }

    /// The commands, and the file that is no output of a command.
    static var words: [String] { commands + [receipt] }

    /// The schema of a command or of the receipt, or the list of these words. `word` is one of the list.
    static func text(of word: String?, version: String) -> String {
        if word == receipt {
            return TerminalText.escaped(
                json: ReceiptSchema.document.document(receipt, title: "ocimerge receipt", version: version))
        }
        guard let found = all.first(where: { $0.command == word }) else {
            return words.map { $0 + "\n" }.joined()
        }
        let title = "ocimerge \(found.command) --json"
        return TerminalText.escaped(json: found.schema().document(found.command, title: title, version: version))
    }
}
