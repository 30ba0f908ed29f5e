import TestSupport

extension HostileInput {
    /// All rows of the table.
    static let all = archives + layouts + repeats + trees
}
