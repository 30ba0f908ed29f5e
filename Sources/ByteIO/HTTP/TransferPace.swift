/// How long a transfer has been waited for since something worth the name moved. A server that says a byte now and then
/// is as silent as one that says nothing.
struct TransferPace {
    /// Less is no movement.
    private static let least = 1024

    private var moved = 0
    private(set) var waited = Duration.zero

    mutating func move(_ count: Int) {
        moved += count
        if moved >= Self.least { turn() }
    }

    mutating func wait(_ duration: Duration) { waited += duration }

    /// Something else is waited for from now on.
    mutating func turn() { (moved, waited) = (0, .zero) }
}
