internal import Glibc
internal import Synchronization

/// One line on standard error when the process ends because of a defect, or because the system refuses memory. It changes
/// nothing else: the process ends by the same signal, and the next run removes the staging.
package enum CrashNotice {
    private static let signals = [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGSYS]
    nonisolated(unsafe) private static var line: StaticString = ""
    private static let hasBegun = Atomic(false)

    /// Replaces handlers that print a backtrace. `line` ends in a newline.
    package static func install(_ line: StaticString) {
        unsafe Self.line = line
        // A handler must not be the first to use it.
        hasBegun.store(false, ordering: .relaxed)
        for number in signals { signal(number) { CrashNotice.end(by: $0) } }
    }

    /// Makes only calls that a signal handler may make: the state of the process is unknown.
    private static func end(by number: Int32) {
        // Another thread ends the process.
        while hasBegun.exchange(true, ordering: .relaxed) { pause() }
        let line = unsafe line
        unsafe _ = Glibc.write(2, line.utf8Start, line.utf8CodeUnitCount)
        signal(number, SIG_DFL)
        raise(number)
    }
}

/// The end of a process to which the system refuses memory. The linker puts it in the place of the standard library's own
/// function, which prints a backtrace (see `Package.swift`).
@_cdecl("ocimerge_refused_memory") package func endWithoutMemory() -> Never { abort() }
