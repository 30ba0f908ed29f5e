internal import Glibc

/// The terminal's side of the program: results on standard output, everything else on standard error.
package enum StandardStreams {
    package enum Stream: Int32, Sendable { case output = 1, error = 2 }

    /// false when nobody reads any more (a closed pipe) or the disk behind it is full.
    @discardableResult
    package static func write(_ bytes: [UInt8], to stream: Stream) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            var done = 0
            while done < bytes.count {
                let put = unsafe Glibc.write(stream.rawValue, base + done, bytes.count - done)
                if put < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                done += put
            }
            return true
        }
    }

    @discardableResult
    package static func write(_ text: String, to stream: Stream) -> Bool { write(Array(text.utf8), to: stream) }

    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    package static func width(_ stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
