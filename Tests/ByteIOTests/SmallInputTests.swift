import TestSupport
import Testing

@testable import ByteIO

/// A whole document is read into memory, and never more than the limit.
struct SmallInputTests {
    @Test(arguments: [0, 1, 99, 100])
    func readsUpToTheLimit(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let bytes = [UInt8](repeating: 7, count: count)
        #expect(try SmallInput.bytes(of: directory.write(bytes, to: "x"), limit: 100) == bytes)
    }

    @Test func refusesMore() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([UInt8](repeating: 7, count: 101), to: "x")
        #expect(throws: IOFailure(.read, path, .tooLarge(limit: 100))) { try SmallInput.bytes(of: path, limit: 100) }
        // A device that never ends.
        #expect(throws: IOFailure(.read, "/dev/zero", .tooLarge(limit: 100))) {
            try SmallInput.bytes(of: "/dev/zero", limit: 100)
        }
    }

    @Test(arguments: [0, 1, 100, 101]) func aConfigurationFileIsReadUpToTheLimit(_ count: Int) throws {
        let directory = try TemporaryDirectory()
        let bytes = [UInt8](repeating: 7, count: count)
        let path = try directory.write(bytes, to: "x")
        try Program.run("ln", ["-s", path, directory.path("link")])
        for path in [path, directory.path("link")] {
            let found = Result { try ConfigurationFile.bytes(of: path, limit: 100) }
            #expect((try? found.get()) == (count > 100 ? nil : bytes))
        }
        // The kernel states no size.
        #expect(try ConfigurationFile.bytes(of: "/proc/self/status", limit: 1 << 16).count > 100)
    }

    /// The open of a FIFO without a writer would wait.
    @Test(.mustEnd) func aConfigurationFileIsARegularFile() throws {
        let directory = try TemporaryDirectory()
        try Program.run("mkfifo", [directory.path("fifo")])
        for path in [directory.path("fifo"), "/dev/zero", "/dev/null", "/dev/tty", directory.path] {
            let failure = #expect(throws: IOFailure.self) { try ConfigurationFile.bytes(of: path, limit: 100) }
            // Without a terminal, /dev/tty cannot be opened.
            #expect(failure == IOFailure(.open, path, .notRegularFile) || path == "/dev/tty")
        }
    }

    @Test func absenceIsAnError() throws {
        let failure = try #require(throws: IOFailure.self) { try SmallInput.bytes(of: "/none/x", limit: 100) }
        #expect(failure.isAbsence)
        #expect(throws: IOFailure.self) { try SmallInput.bytes(of: "/tmp", limit: 100) }
    }
}
