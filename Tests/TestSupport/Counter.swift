internal import Synchronization

/// A sum to which many threads may add.
package final class Counter: Sendable {
    private let sum = Mutex(0)

    package init() {}

    package func add(_ number: Int) { sum.withLock { $0 += number } }

    package var value: Int { sum.withLock { $0 } }
}
