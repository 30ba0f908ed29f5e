import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// System calls that are interrupted (EINTR) are repeated.
struct InterruptedCallTests {
    @Test func anInterruptedCallIsRepeatedAndAnyOtherErrorIsReturned() {
        for (code, expected) in [(EINTR, 4), (EIO, 1)] {
            var calls = 0
            let result: Int32 = retried {
                calls += 1
                errno = code
                return calls < 4 ? -1 : 5
            }
            #expect(calls == expected)
            #expect(result == (code == EINTR ? 5 : -1))
        }
    }

    /// The open of a FIFO waits for its writer. The signal handler makes the kernel return EINTR instead.
    @Test func aSignalDoesNotEndAnOpen() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let path = "/tmp/ocimerge-fifo-\(getpid())"

            guard mkfifo(path, 0o600) == 0 else { exit(2) }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in }
            guard sigaction(SIGUSR1, &action, nil) == 0 else { exit(3) }
            let reader = pthread_self()
            Foundation.Thread {
                for _ in 0..<5 {
                    usleep(50_000)
                    pthread_kill(reader, SIGUSR1)
                }
                _ = open(path, O_WRONLY)
                while true { usleep(1_000_000) }
            }.start()
            do throws(IOFailure) { _ = try StreamReader(path: path) } catch { exit(1) }
            unlink(path)
            exit(7)
        }
    }

    /// The calls for which POSIX documents EINTR, and look-ups, which file systems of other processes interrupt too.
    @Test func noCallIsOutsideTheLoop() throws {
        let call =
            /unsafe (?:Glibc\.)?(?:open|openat|read|write|pread|pwrite|stat|lstat|fstat|fstatat|readlinkat|waitpid|tcsetattr)\(/
        let other = /\b(?:fsync|ftruncate|flock|opendir)\(/
        var found = 0
        for (name, bytes) in try Tree.read(Program.repository + "/Sources/ByteIO") where name.hasSuffix(".swift") {
            let text = String(decoding: bytes, as: UTF8.self)
            for range in text.ranges(of: call) + text.ranges(of: other) {
                found += 1
                let loop = text[..<range.lowerBound].range(of: "retried", options: .backwards)
                let between = loop.map { text[$0.upperBound..<range.lowerBound] }
                #expect(between?.contains("}") == false, "\(name): \(text[range])")
            }
        }
        #expect(found > 30, "the search has found \(found) calls")
    }
}
