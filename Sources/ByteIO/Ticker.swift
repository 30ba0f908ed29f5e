internal import Glibc

/// Calls `body` at a steady pace on a thread of its own until it is stopped; `stop` returns after the last call.
package final class Ticker: @unchecked Sendable {
    private let lock = Lock()
    private var isStopped = false
    private var thread: Thread?

    package init(everyMilliseconds interval: UInt32, _ body: @escaping @Sendable () -> Void) {
        thread = Thread { [weak self] in
            while true {
                usleep(interval * 1000)
                guard let self, !self.lock.hold({ self.isStopped }) else { return }
                body()
            }
        }
    }

    package func stop() {
        lock.hold { isStopped = true }
        thread?.join()
        thread = nil
    }
}
