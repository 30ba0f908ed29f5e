/// Limits the steps of one start check along any paths that a hostile image may contain: about a second of work. Real
/// images need a thousandth of it.
final class StartBudget {
    private var left = 20_000_000

    /// Whether a step from this directory is within the limit. A step costs the length of its path.
    func spend(on directory: FilePath) -> Bool {
        left -= min(left, directory.bytes.count + 16)
        return left > 0
    }
}
