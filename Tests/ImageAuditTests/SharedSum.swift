import Synchronization

/// A sum to which several threads add.
final class SharedSum: Sendable {
    private let sum = Atomic<Int>(0)

    func add(_ count: Int) { sum.add(count, ordering: .relaxed) }

    var total: Int { sum.load(ordering: .relaxed) }
}
