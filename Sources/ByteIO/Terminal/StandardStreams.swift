internal import Glibc

/// The terminal's side of the program: results on standard output, everything else on standard error.
package enum StandardStreams {
    package enum Stream: Int32, Sendable { case output = 1, error = 2 }

    /// A stream that the caller closed is taken from here on, the wrong way round: no file of ours gets its place and what
    /// was meant for it, and using it is still an error.
    package static func occupy() {
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
            unsafe _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    package static func write(_ bytes: [UInt8], to stream: Stream) throws(IOFailure) {
        try write(bytes.span, to: stream)
    }

    package static func write(_ bytes: Span<UInt8>, to stream: Stream) throws(IOFailure) {
        let name = stream == .output ? "standard output" : "standard error"
        try unsafe bytes.withUnsafeBytes { (bytes) throws(IOFailure) in
            guard let base = bytes.baseAddress else { return }
            var done = 0
            while done < bytes.count {
                let put = unsafe Glibc.write(stream.rawValue, base + done, bytes.count - done)
                if put < 0 {
                    if errno == EINTR { continue }
                    throw IOFailure.last(.write, name)
                }
                done += put
            }
        }
    }

    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    package static func width(_ stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// A result that is itself bytes for another program.
package struct StandardOutput: ByteWriter {
    package let path = "standard output"

    package init() {}

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) { try StandardStreams.write(bytes, to: .output) }
}
