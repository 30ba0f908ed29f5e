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
