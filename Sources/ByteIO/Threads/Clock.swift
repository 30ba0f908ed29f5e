internal import Glibc

/// The time and the waiting of network code. A protocol, so that tests need not wait.
package protocol TimeSource: Sendable {
    /// Time since an arbitrary moment; never set back.
    var now: Duration { get }
    /// Seconds since 1970, to compare with dates that servers send.
    var unixTime: Int64 { get }
    /// Throws `.interrupted`, without waiting further, when a signal asks the program to stop. `subject` names what is
    /// waited for.
    func sleep(_ duration: Duration, for subject: String) throws(IOFailure)
}

/// The clocks of the operating system.
package struct SystemTime: TimeSource {
    package init() {}

    package var now: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package var unixTime: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    package func sleep(_ duration: Duration, for subject: String) throws(IOFailure) {
        let end = now + duration
        let isOver = Interruption.wait { end - now }
        if !isOver { throw IOFailure(.send, subject, .interrupted) }
    }
}

/// Calls `body` at regular intervals on a thread of its own until it is stopped; `stop` returns after the last call.
/// `body` is never called if the system refuses the thread.
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
