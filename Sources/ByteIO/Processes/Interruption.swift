internal import Glibc
internal import Synchronization

/// Ends the program on every signal that can be waited for, without leaving staging behind. Work stops at its next
/// buffer. If it does not, because standard input is silent, the thread that waits for signals acts: it removes the
/// staging, ends the child processes, and ends the process.
package enum Interruption {
    private static let received = Atomic<Int32>(0)
    private static let staging = Lock()
    private static let sleepers = Lock()
    nonisolated(unsafe) private static var stagingPaths: Set<String> = []
    /// The process groups of the child processes.
    nonisolated(unsafe) private static var groups: Set<pid_t> = []
    private static let isInstalled = Atomic<Bool>(false)
    /// Whether a result, or a part of it that stays, has become visible.
    private static let hasResult = Atomic<Bool>(false)
    private static let farewell = Mutex<(@Sendable (_ hasResult: Bool) -> String)?>(nil)

    /// Call before any other thread exists, so that all of them inherit the blocked signals. Later calls have no effect.
    ///
    /// If the system refuses the thread, signals end the process at once, as they do by default. The next run removes
    /// the staging.
    package static func install() {
        guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
        signal(SIGPIPE, SIG_IGN)
        // A file that grows beyond its limit is an error like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        let numbers = endingSignals.filter { !isIgnored($0) }
        var signals = set(of: numbers)
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &signals, &before)
        if let thread = Thread({ waitForSignal(numbers) }) { return thread.detach() }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// The signals whose default action ends the process. Those of a defect in the program itself cannot be blocked, see
    /// `CrashNotice`.
    private static let endingSignals =
        [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM]
        + [SIGSTKFLT, SIGXCPU, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR]
        + Array(__libc_current_sigrtmin()...__libc_current_sigrtmax())

    /// Signals that `nohup` or a shell with a background job set to be ignored stay ignored.
    private static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        guard unsafe sigaction(number, nil, &present) == 0 else { return true }
        let handler = unsafe present.__sigaction_handler.sa_handler
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in numbers { unsafe sigaddset(&signals, number) }
        return signals
    }

    /// The text for standard error when a signal ends the process. It depends on whether a result has become visible.
    package static func announce(_ text: @escaping @Sendable (_ hasResult: Bool) -> String) {
        farewell.withLock { $0 = text }
    }

    /// Records that a part of the result stays if a signal ends the process.
    package static func noteLastingPart() { hasResult.store(true, ordering: .relaxed) }

    package static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    package static func check(_ operation: IOFailure.Operation, _ path: String) throws(IOFailure) {
        if isRequested { throw IOFailure(operation, path, .interrupted) }
    }

    /// Waits until `remaining` is zero. Returns `false`, at once, if the program is asked to stop.
    static func wait(_ remaining: () -> Duration) -> Bool {
        sleepers.hold {
            while !isRequested {
                let rest = remaining()
                if rest <= .zero { return true }
                let milliseconds = min(rest, longestWait) / .milliseconds(1)
                sleepers.wait(milliseconds: Int(milliseconds.rounded(.up)))
            }
            return false
        }
    }

    /// The remaining time is computed again after this time, because the clock that the wait uses may be set meanwhile.
    private static let longestWait = Duration.seconds(1)

    /// Ends the process as the signal would have, so that the caller's shell sees what happened.
    package static func endProcess() -> Never {
        let number = received.load(ordering: .relaxed)
        var signals = set(of: [number])
        signal(number, SIG_DFL)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // From here on, a second signal ends the process at once.
        sayFarewell()
        raise(number)
        _exit(1)
    }

    private static func sayFarewell() {
        guard let text = farewell.withLock({ $0.take() }) else { return }
        // A reader that has stopped reading must not keep the process alive.
        var target = pollfd(fd: StandardStreams.Stream.error.rawValue, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&target, 1, 100) > 0 else { return }
        try? StandardStreams.write(Array(text(hasResult.load(ordering: .relaxed)).utf8), to: .error)
    }

    static func register(_ path: String) { staging.hold { unsafe _ = stagingPaths.insert(path) } }

    static func unregister(_ path: String) { staging.hold { unsafe _ = stagingPaths.remove(path) } }

    static func register(group: pid_t) { staging.hold { unsafe _ = groups.insert(group) } }

    static func unregister(group: pid_t) { staging.hold { unsafe _ = groups.remove(group) } }

    /// No signal removes the staging while `body` runs: a result appears whole or not at all.
    static func uninterrupted<R>(_ body: () throws(IOFailure) -> R) throws(IOFailure) -> R {
        try staging.hold { () throws(IOFailure) in
            let result = try body()
            hasResult.store(true, ordering: .relaxed)
            return result
        }
    }

    /// Asks the work to stop, as the signal does, without ending the process.
    static func request(_ number: Int32) {
        sleepers.hold {
            received.store(number, ordering: .relaxed)
            sleepers.wakeAll()
        }
    }

    private static func waitForSignal(_ numbers: [Int32]) {
        var signals = set(of: numbers)
        var number: Int32 = 0
        guard unsafe sigwait(&signals, &number) == 0 else { return }
        request(number)
        let graceMicroseconds: UInt32 = 500_000
        usleep(graceMicroseconds)
        staging.hold {
            for group in unsafe groups { kill(-group, SIGKILL) }
            for path in unsafe stagingPaths { StagingDirectory.remove(path) }
            endProcess()
        }
    }
}
