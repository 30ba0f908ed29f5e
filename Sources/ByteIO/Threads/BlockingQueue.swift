internal import Glibc

/// A first-in, first-out queue between threads. It has no limit of its own: its users put a fixed number of elements
/// into circulation.
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

    /// Ends the wait of receivers. Elements that were sent before are still received.
    func close() {
        lock.hold {
            isClosed = true
            lock.wakeAll()
        }
    }

    /// Waits for an element; `nil` if the queue is closed and empty.
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

/// A mutex with a condition variable, for the few places where threads wait for each other.
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

    /// Call only inside `hold`; returns with the lock held again. The caller checks its condition in a loop.
    func wait() { unsafe pthread_cond_wait(condition, mutex) }

    /// The same with a timeout.
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
