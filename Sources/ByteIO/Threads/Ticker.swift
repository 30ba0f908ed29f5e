/// Calls `body` at a steady pace on a thread of its own until it is stopped; `stop` returns after the last call.
package final class Ticker: @unchecked Sendable {
    private let lock = Lock()
    private var isStopped = false
    private var thread: Thread?

    package init(everyMilliseconds interval: Int, _ body: @escaping @Sendable () -> Void) {
        thread = Thread { [lock, weak self] in
            while true {
                let isOver = lock.hold {
                    if self?.isStopped == false { lock.wait(milliseconds: interval) }
                    return self?.isStopped != false
                }
                if isOver { return }
                body()
            }
        }
    }

    package func stop() {
        lock.hold {
            isStopped = true
            lock.wakeAll()
        }
        thread?.join()
        thread = nil
    }
}
