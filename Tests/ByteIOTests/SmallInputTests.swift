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

    @Test func absenceIsAnError() throws {
        let failure = try #require(throws: IOFailure.self) { try SmallInput.bytes(of: "/none/x", limit: 100) }
        #expect(failure.isAbsence)
        #expect(throws: IOFailure.self) { try SmallInput.bytes(of: "/tmp", limit: 100) }
    }
}
