/// Completion scripts that need no other package.
enum Completions {
    static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletion.script()
        case .zsh: ZshCompletion.script()
        case .fish: FishCompletion.script()
        }
    }

    /// The words to offer for a value; `nil` for files.
    static func words(for kind: ValueKind) -> [String]? {
        switch kind {
        case .path: nil
        case .platform, .platformList: PlatformShape.common
        case .command: CommandTable.all.map(\.name)
        case .choice(let words), .leveled(let words): words
        case .free: []
        }
    }

    /// `text` as one word of a shell.
    static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}

enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish
}
