internal import Foundation

/// A program on a terminal of its own. A test reads its output and types input.
package final class TerminalSession {
    private let master: Int32
    private var child: pid_t = 0
    /// The ioctl requests TIOCGPTN and TIOCSPTLCK. Swift does not import these C macros.
    private static let getTerminalNumber: UInt = 0x8004_5430
    private static let setTerminalLock: UInt = 0x4004_5431
    /// TIOCSWINSZ
    private static let setSize: UInt = 0x5414

    /// All output of the terminal so far.
    package private(set) var shown = ""

    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], columns: Int = 80
    ) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: Int32 = 0
        var isLocked: Int32 = 0
        guard master >= 0, ioctl(master, Self.getTerminalNumber, &number) == 0,
            ioctl(master, Self.setTerminalLock, &isLocked) == 0
        else { throw POSIXError(.ENODEV) }
        let name = "/dev/pts/\(number)"
        Self.resize(master, columns)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The leader of a new session gets the first terminal that it opens as its controlling terminal.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let newSession: Int16 = 0x80
        posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGDEF))
        var ordinary = sigset_t()
        sigemptyset(&ordinary)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&ordinary, number) }
        posix_spawnattr_setsigdefault(&attributes, &ordinary)
        let all = Program.environment(environment)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = all.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + variables { free(word) } }
        guard posix_spawn(&child, program, &actions, &attributes, &words, &variables) == 0 else {
            throw POSIXError(.ENOENT)
        }
    }

    deinit { close(master) }

    /// Whether the terminal echoes input. Without echo, input does not appear in `shown`.
    package var isEchoing: Bool {
        var settings = termios()
        return tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Reads until `text` appears. Returns whether it did before the program ended.
    @discardableResult
    package func wait(for text: String) -> Bool {
        while !shown.contains(text) { if !readMore() { return false } }
        return true
    }

    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    package func resize(columns: Int) { Self.resize(master, columns) }

    private static func resize(_ terminal: Int32, _ columns: Int) {
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, setSize, &size)
    }

    /// Runs a program to its end. Returns all output of the terminal, with the line ends of a file.
    package static func output(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], columns: Int = 80
    ) throws -> String {
        let session = try TerminalSession(program, arguments, environment: environment, columns: columns)
        _ = session.end()
        return session.shown.replacingOccurrences(of: "\r\n", with: "\n")
    }

    package func signal(_ number: Int32) { kill(child, number) }

    /// Reads the rest. Returns the exit status, or the negated number of the signal that ended the program.
    package func end() -> Int32 {
        while readMore() {}
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let got = read(master, &buffer, buffer.count)
        // A read fails when the last process has closed the terminal.
        guard got > 0 else { return false }
        shown += String(decoding: buffer[..<got], as: UTF8.self)
        return true
    }
}
