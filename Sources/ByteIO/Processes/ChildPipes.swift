internal import Glibc

/// Our ends of the three pipes to a child, and the child's ends until it has started. No other program inherits them.
struct ChildPipes: ~Copyable {
    /// Our ends: 0 is the child's input, 1 its output, 2 its errors; -1 if the end is closed.
    private(set) var ours: [Int32] = []
    private(set) var theirs: [Int32] = []

    init(_ path: String) throws(IOFailure) {
        for number in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else {
                let failure = IOFailure.last(.run, path)
                for descriptor in ours + theirs { Glibc.close(descriptor) }
                throw failure
            }
            ours.append(number == 0 ? ends[1] : ends[0])
            theirs.append(number == 0 ? ends[0] : ends[1])
        }
        for descriptor in ours { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    deinit { for descriptor in ours + theirs where descriptor >= 0 { Glibc.close(descriptor) } }

    mutating func closeTheirs() {
        for descriptor in theirs { Glibc.close(descriptor) }
        theirs = []
    }

    mutating func close(_ number: Int) {
        if ours[number] >= 0 { Glibc.close(ours[number]) }
        ours[number] = -1
    }

    /// Whether the child has closed its output and its errors.
    var isQuiet: Bool { ours[1] < 0 && ours[2] < 0 }

    /// Waits until a pipe is ready, or until the time is over.
    func wait(milliseconds: Int32) {
        var waiting = ours.enumerated().map { number, descriptor in
            pollfd(fd: descriptor, events: Int16(number == 0 ? POLLOUT : POLLIN), revents: 0)
        }
        unsafe _ = poll(&waiting, nfds_t(waiting.count), milliseconds)
    }

    /// Writes as much of the input as the child takes now. Closes the pipe when all is written or the child has closed
    /// it.
    mutating func feed(_ input: [UInt8], from start: inout Int) {
        guard ours[0] >= 0 else { return }
        while start < input.count {
            let descriptor = ours[0]
            let rest = input[start...]
            let put = unsafe rest.withUnsafeBytes { bytes in
                retried { unsafe write(descriptor, bytes.baseAddress, bytes.count) }
            }
            if put < 0, errno == EAGAIN { return }
            if put <= 0 { break }
            start += put
        }
        close(0)
    }

    /// Reads what is available; closes the pipe at the end. Returns `false` if there are more than `limit` bytes.
    mutating func drain(_ number: Int, into bytes: inout [UInt8], limit: Int) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while ours[number] >= 0 {
            let got = retried { unsafe read(ours[number], &buffer, buffer.count) }
            if got < 0, errno == EAGAIN { return true }
            if got <= 0 {
                close(number)
                return true
            }
            guard bytes.count + got <= limit else { return false }
            bytes += buffer[..<got]
        }
        return true
    }
}
