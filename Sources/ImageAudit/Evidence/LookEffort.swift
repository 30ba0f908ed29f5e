/// What a look may cost in all, whatever the paths and links are that an image is made of: about a second. Images that
/// somebody means to run need a thousandth of it.
final class LookEffort {
    private var left = 200_000_000

    /// Nothing that was found since says anything.
    var isExhausted: Bool { left <= 0 }

    /// A path is asked for, and everything above it, in each layer.
    func spend(on path: String, layers: Int) -> Bool {
        var depth = 1
        for byte in path.utf8 where byte == UInt8(ascii: "/") { depth += 1 }
        left -= min(left, (path.utf8.count + 16) * depth * (layers + 1))
        return !isExhausted
    }
}
