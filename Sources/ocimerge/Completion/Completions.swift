/// Completion scripts. They need no other package and hold no list: they ask the hidden command `__complete` of the
/// program itself.
enum Completions {
    static func script(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletion.script
        case .zsh: ZshCompletion.script
        case .fish: FishCompletion.script
        }
    }
}

enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish
}
