@unsafe @preconcurrency internal import Glibc

/// A finished run of another program. No shell is involved. The program gets its arguments as they are, the
/// environment, the whole input, and no descriptor beside its three pipes.
///
/// `run` returns when the program ends. It ends the program after too much output, after a timeout, or on a signal to
/// this process. The program leads a process group of its own, so that everything it has started ends with it. It may
/// prompt on the terminal while this process is in the foreground.
package struct ChildProcess {
    /// The exit status; 128 plus the number if a signal ended it, as in a shell.
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    /// `isWaiting` is called once, when the program has taken the time of `patience.notice`.
    package static func run(
        _ path: String, _ arguments: [String], input: [UInt8], limit: Int = 1 << 20,
        patience: ChildPatience = ChildPatience(), isWaiting: () -> Void = {}
    ) throws(IOFailure) -> ChildProcess {
        var pipes = try ChildPipes(path)
        let broken = BrokenPipes()
        defer { broken.forget() }
        let child = try spawn(path, arguments, pipes.theirs)
        Interruption.register(group: child)
        defer { Interruption.unregister(group: child) }
        var terminal: LentTerminal?
        defer { terminal?.takeBack() }
        pipes.closeTheirs()
        var ending: Int32?
        var fed = 0
        var said: [[UInt8]] = [[], []]
        var waited = ChildWait()
        var pause: Int32 = 1
        while true {
            pipes.feed(input, from: &fed)
            let before = said[0].count + said[1].count
            for number in 1...2 where !pipes.drain(number, into: &said[number - 1], limit: limit) {
                end(child, ending)
                throw IOFailure(.run, path, .tooLarge(limit: Int64(limit)))
            }
            // A process that it left behind may keep the pipes open; the output of the program itself has been read.
            if let ending {
                if terminal != nil, ending == 128 + SIGINT { Interruption.request(SIGINT) }
                return ChildProcess(status: ending, output: said[0], errors: said[1])
            }
            // While it has the terminal, it waits for the user.
            if terminal != nil || said[0].count + said[1].count > before { waited.silence = .zero }
            if Interruption.isRequested {
                end(child, ending)
                throw IOFailure(.run, path, .interrupted)
            }
            if let limit = waited.limit(reachedOf: patience) {
                end(child, ending)
                throw IOFailure(.run, path, .overdue(seconds: Int(limit.components.seconds)))
            }
            if waited.isNoticed(patience) { isWaiting() }
            let start = SystemTime().now
            if pipes.isQuiet { usleep(UInt32(pause) * 1000) } else { pipes.wait(milliseconds: pause) }
            waited.add(SystemTime().now - start)
            pause = min(pause * 2, 20)
            switch change(of: child) {
            case .none: break
            case .ended(let status): ending = status
            case .stopped(SIGTTIN), .stopped(SIGTTOU):
                if terminal == nil { terminal = LentTerminal(to: child) }
            // Ctrl-Z at its prompt stops it alone, and the shell does not learn of it.
            case .stopped: kill(-child, SIGCONT)
            }
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
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, &attributes, &words, environ)
        guard code == 0 else { throw IOFailure(.run, path, .system(code)) }
        return child
    }

    private enum Change { case none, ended(Int32), stopped(Int32) }

    private static func change(of child: pid_t) -> Change {
        var status: Int32 = 0
        let found = retried { unsafe waitpid(child, &status, WNOHANG | WUNTRACED) }
        // Another thread has waited for it: only the end is known.
        if found != child { return found < 0 ? .ended(255) : .none }
        let (signal, code) = (status & 0x7f, status >> 8 & 0xff)
        if signal == 0x7f { return .stopped(code) }
        return .ended(signal == 0 ? code : 128 + signal)
    }

    /// Sends SIGTERM to the program and all that it has started, then SIGKILL. A program that has ended is left alone.
    private static func end(_ child: pid_t, _ ending: Int32?) {
        guard ending == nil else { return }
        kill(-child, SIGTERM)
        for _ in 0..<20 where !hasEnded(child) { usleep(10_000) }
        // The number of the group stays taken until the program is waited for, so no other group gets this signal.
        kill(-child, SIGKILL)
        // A process that waits for a broken disk does not end; it is not waited for.
        for _ in 0..<100 {
            if case .ended = change(of: child) { return }
            usleep(10_000)
        }
    }

    /// Whether the program has ended; its status can still be read.
    private static func hasEnded(_ child: pid_t) -> Bool {
        var information = unsafe siginfo_t()
        let code = retried { unsafe waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT) }
        return unsafe code != 0 || information.si_signo != 0
    }
}

/// How long a program may take.
package struct ChildPatience: Sendable {
    /// After this time the caller is told that it waits.
    package var notice: Duration
    /// The longest time without output.
    package var silence: Duration
    package var total: Duration

    package init(
        notice: Duration = .seconds(3), silence: Duration = .seconds(30), total: Duration = .seconds(300)
    ) {
        self.notice = notice
        self.silence = silence
        self.total = total
    }
}

/// The time that a program has taken, without the time in which this process was stopped.
private struct ChildWait {
    var silence = Duration.zero
    private var total = Duration.zero
    private var hasNoticed = false

    /// A wait lasts 20 milliseconds; a much longer time means that this process was stopped.
    private static let longest = Duration.milliseconds(100)

    mutating func add(_ time: Duration) {
        silence += min(time, Self.longest)
        total += min(time, Self.longest)
    }

    /// The limit that is reached; `nil` if none is.
    func limit(reachedOf patience: ChildPatience) -> Duration? {
        if total >= patience.total { return patience.total }
        return silence >= patience.silence ? patience.silence : nil
    }

    /// Whether the time of the notice has come; `true` once.
    mutating func isNoticed(_ patience: ChildPatience) -> Bool {
        guard !hasNoticed, total >= patience.notice else { return false }
        hasNoticed = true
        return true
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
