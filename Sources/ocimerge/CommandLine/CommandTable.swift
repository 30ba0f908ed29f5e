/// Every command, in the order help lists them.
enum CommandTable {
    static let all: [Command] = [
        MergeRow.command, PackRow.command, PushRow.command, InspectRow.command, FixRow.command, VerifyRow.command,
        LayoutRows.list,
        LayoutRows.tag,
        LayoutRows.remove, LayoutRows.collect, LoginRows.login, LoginRows.logout, AboutRows.completion, AboutRows.man,
        AboutRows.help, AboutRows.version,
    ]

    /// The verb of a line that names none.
    static let unnamed = MergeRow.command

    static func command(named name: String) -> Command? {
        all.first { $0.name == name }
    }

    /// The command that `word` misspells; nil for a command's exact name and for anything else.
    static func suggestion(for word: String) -> String? {
        command(named: word) == nil ? Spelling.nearest(to: word, among: all.map(\.name)) : nil
    }
}
