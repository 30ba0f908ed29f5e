internal import Glibc

/// A queue between two threads, bounded by how many elements its users put into circulation.
final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private var elements: [Element] = []
    private var isClosed = false

    func send(_ element: Element) {
        lock.hold {
            elements.append(element)
            lock.wakeAll()
        }
    }

    /// No element is accepted as news after this; those already sent are still received.
    func close() {
        lock.hold {
            isClosed = true
            lock.wakeAll()
        }
    }

    /// Waits; nil when the queue is closed and empty.
    func receive() -> Element? {
        lock.hold {
            while elements.isEmpty {
                if isClosed { return nil }
                lock.wait()
            }
            return elements.removeFirst()
        }
    }
}

/// A mutex with a condition, for the few places where threads wait for each other. Never copied, never moved.
@safe final class Lock: @unchecked Sendable {
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func hold<R, Failure: Error>(_ body: () throws(Failure) -> R) throws(Failure) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Only inside `hold`; returns with the lock held again. The caller checks its own reason in a loop.
    func wait() { unsafe pthread_cond_wait(condition, mutex) }

    /// The same, at most for so long.
    func wait(milliseconds: Int) {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_nsec += milliseconds % 1000 * 1_000_000
        deadline.tv_sec += milliseconds / 1000 + deadline.tv_nsec / 1_000_000_000
        deadline.tv_nsec %= 1_000_000_000
        unsafe pthread_cond_timedwait(condition, mutex, &deadline)
    }

    func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}

/// A buffer on its way between two threads, with as many bytes as count.
struct Filled: Sendable {
    var bytes: [UInt8]
    var count: Int
}
