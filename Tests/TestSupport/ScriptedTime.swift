package import ByteIO
internal import Synchronization

/// A clock that advances only by sleeping, without waiting.
package final class ScriptedTime: TimeSource {
    private let state: Mutex<(now: Duration, slept: [Duration])>
    private let start: Int64
    private let interruptsAfter: Int

    /// `interruptsAfter` is the number of the sleep that a signal ends.
    package init(unixTime start: Int64 = 1_700_000_000, interruptsAfter: Int = .max) {
        self.start = start
        self.interruptsAfter = interruptsAfter
        state = Mutex((.seconds(1000), []))
    }

    package var now: Duration { state.withLock { $0.now } }
    package var unixTime: Int64 { start + (now - .seconds(1000)).components.seconds }
    package var slept: [Duration] { state.withLock { $0.slept } }

    package func pass(_ duration: Duration) { state.withLock { $0.now += duration } }

    package func sleep(_ duration: Duration, for subject: String) throws(IOFailure) {
        let count = state.withLock { state in
            state.now += duration
            state.slept.append(duration)
            return state.slept.count
        }
        if count >= interruptsAfter { throw IOFailure(.send, subject, .interrupted) }
    }
}
