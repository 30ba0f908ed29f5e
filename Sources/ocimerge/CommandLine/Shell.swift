enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish
}
