internal import Glibc

/// Standard output, which carries results only, and standard error, which carries everything else.
package enum StandardStreams {
    package enum Stream: Int32, Sendable { case output = 1, error = 2 }

    /// Opens /dev/null for each standard stream that the caller closed, so that no file of ours gets its descriptor. It is
    /// opened in the wrong direction, so that using the stream is still an error.
    package static func occupy() {
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
            _ = retried { unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) }
        }
    }

    package static func write(_ bytes: [UInt8], to stream: Stream) throws(IOFailure) {
        try write(bytes.span, to: stream)
    }

    package static func write(_ bytes: Span<UInt8>, to stream: Stream) throws(IOFailure) {
        try bytes.writeAll(to: stream.rawValue, path: name(of: stream))
    }

    /// Reports a failure that shows only when a file is closed: some file systems report a full disk only then. The stream
    /// stays open.
    package static func finish(_ stream: Stream) throws(IOFailure) {
        let copy = dup(stream.rawValue)
        guard copy >= 0, close(copy) != 0 else { return }
        throw IOFailure.last(.write, name(of: stream))
    }

    private static func name(of stream: Stream) -> String {
        stream == .output ? "standard output" : "standard error"
    }

    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Whether the process may draw on the terminal of the stream: it is in the foreground, or the terminal does not control
    /// its session. The answer changes when the user suspends or resumes the process.
    package static func isForeground(_ stream: Stream) -> Bool {
        let group = tcgetpgrp(stream.rawValue)
        return group < 0 || group == getpgrp()
    }

    package static func width(_ stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// Standard output as the destination of an archive.
package struct StandardOutput: ByteWriter {
    package let path = "standard output"

    package init() {}

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) { try StandardStreams.write(bytes, to: .output) }
}
