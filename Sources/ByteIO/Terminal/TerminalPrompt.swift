internal import Glibc

/// Prompts on the terminal, also if standard input and output are redirected.
package enum TerminalPrompt {
    private static let terminal = "/dev/tty"
    private static let limit = 64 * 1024

    /// The line that was typed, without its end; `nil` if there is no terminal. Hidden input is not echoed. The
    /// terminal's settings are always restored.
    package static func line(_ question: String, isHidden: Bool) throws(IOFailure) -> [UInt8]? {
        let descriptor = retried { unsafe open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var before = termios()
        guard unsafe tcgetattr(descriptor, &before) == 0 else { return nil }
        if isHidden {
            var hidden = before
            hidden.c_lflag &= ~tcflag_t(ECHO)
            // These two signals would leave the terminal without echo.
            unsafe withUnsafeMutableBytes(of: &hidden.c_cc) { characters in
                unsafe characters[Int(VQUIT)] = 0
                unsafe characters[Int(VSUSP)] = 0
            }
            guard retried({ unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden) }) == 0 else {
                throw .last(.read, terminal)
            }
        }
        defer { if isHidden { _ = retried { unsafe tcsetattr(descriptor, TCSAFLUSH, &before) } } }
        say(question, descriptor)
        defer { if isHidden { say("\n", descriptor) } }
        return try line(descriptor)
    }

    private static func say(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = retried { unsafe write(descriptor, bytes, bytes.count) }
    }

    private static func line(_ descriptor: Int32) throws(IOFailure) -> [UInt8] {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            // After a signal half a second is left to restore the terminal.
            try Interruption.check(.read, terminal)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, 50) > 0 else { continue }
            let got = retried { unsafe read(descriptor, &buffer, buffer.count) }
            if got < 0, errno == EAGAIN { continue }
            if got < 0 { throw .last(.read, terminal) }
            let part = buffer[..<got]
            let end = part.firstIndex(of: UInt8(ascii: "\n"))
            line += part[..<(end ?? got)]
            guard line.count <= limit else { throw IOFailure(.read, terminal, .tooLarge(limit: Int64(limit))) }
            if end != nil || got == 0 { return line }
        }
    }
}
