@unsafe @preconcurrency internal import Glibc

/// A finished run of another program. No shell is involved. The program gets its arguments as they are, the
/// environment, the whole input, and no descriptor beside its three pipes.
///
/// `run` returns when the program ends. It ends the program if it writes more than allowed, takes too long, or a signal
/// asks us to stop. The program stays in our process group, so that it can prompt on the terminal and Ctrl-C reaches it
/// too.
package struct ChildProcess {
    /// The exit status; 128 plus the number if a signal ended it, as in a shell.
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    package static func run(
        _ path: String, _ arguments: [String], input: [UInt8], limit: Int = 1 << 20, seconds: Int = 300
    ) throws(IOFailure) -> ChildProcess {
        var pipes = try ChildPipes(path)
        let broken = BrokenPipes()
        defer { broken.forget() }
        let child = try spawn(path, arguments, pipes.theirs)
        pipes.closeTheirs()
        var ending: Int32?
        var fed = 0
        var said: [[UInt8]] = [[], []]
        let deadline = now() + seconds * 1000
        var pause: Int32 = 1
        while true {
            pipes.feed(input, from: &fed)
            for number in 1...2 where !pipes.drain(number, into: &said[number - 1], limit: limit) {
                end(child, ending)
                throw IOFailure(.run, path, .tooLarge(limit: Int64(limit)))
            }
            // A process that it left behind may keep the pipes open; the output of the program itself has been read.
            if let ending { return ChildProcess(status: ending, output: said[0], errors: said[1]) }
            if Interruption.isRequested || now() >= deadline {
                end(child, ending)
                throw IOFailure(.run, path, Interruption.isRequested ? .interrupted : .overdue(seconds: seconds))
            }
            if pipes.isQuiet { usleep(UInt32(pause) * 1000) } else { pipes.wait(milliseconds: pause) }
            pause = min(pause * 2, 20)
            ending = endedStatus(child, options: WNOHANG)
        }
    }

    private static func spawn(_ path: String, _ arguments: [String], _ ends: [Int32]) throws(IOFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in ends.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // Descriptors of libraries may lack the close-on-exec flag.
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The child starts with default signal handling.
        var (blocked, ordinary) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&blocked)
        unsafe sigemptyset(&ordinary)
        for number in [SIGPIPE, SIGXFSZ] { unsafe sigaddset(&ordinary, number) }
        unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
        unsafe posix_spawnattr_setsigdefault(&attributes, &ordinary)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, &attributes, &words, environ)
        guard code == 0 else { throw IOFailure(.run, path, .system(code)) }
        return child
    }

    private static func endedStatus(_ child: pid_t, options: Int32) -> Int32? {
        var status: Int32 = 0
        let found = retried { unsafe waitpid(child, &status, options) }
        // Another thread has waited for it: only the end is known.
        if found != child { return found < 0 ? 255 : nil }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// Sends SIGTERM, then SIGKILL.
    private static func end(_ child: pid_t, _ ending: Int32?) {
        guard ending == nil else { return }
        kill(child, SIGTERM)
        for _ in 0..<20 {
            if endedStatus(child, options: WNOHANG) != nil { return }
            usleep(10_000)
        }
        kill(child, SIGKILL)
        _ = endedStatus(child, options: 0)
    }

    private static func now() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

/// Blocks SIGPIPE for this thread, so that a child that ends without reading its input is an error and not our end.
private struct BrokenPipes {
    private var before = sigset_t()
    private var signal = sigset_t()

    init() {
        unsafe sigemptyset(&signal)
        unsafe sigaddset(&signal, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signal, &before)
    }

    func forget() {
        var (signal, before) = (signal, before)
        var none = timespec()
        if unsafe sigismember(&before, SIGPIPE) == 0 {
            while unsafe sigtimedwait(&signal, nil, &none) > 0 {}
        }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
