package import Foundation

/// A run of the binary that a test can signal while it works.
package final class Child: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let scratch: String

    /// Starts the program. Its standard input stays open and gets only what is fed.
    package init(_ program: String, _ arguments: [String], directory: String) throws {
        scratch = directory + "/child-" + UUID().uuidString
        // The test runner may ignore signals (nohup, a background job). A child process inherits that.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--default-signal", program] + arguments
        process.environment = Program.environment(Program.silence)
        process.standardInput = input
        let errors = URL(fileURLWithPath: scratch)
        try Data().write(to: errors)
        let handle = try FileHandle(forUpdating: errors)
        process.standardError = handle
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    /// Writes to the standard input.
    package func feed(_ bytes: Data) throws { try input.fileHandleForWriting.write(contentsOf: bytes) }

    package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end. Returns the exit status, or the negated number of the signal that ended the process.
    package func wait() -> Int32 {
        process.waitUntilExit()
        try? input.fileHandleForWriting.close()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    package var stderr: String { (try? String(contentsOfFile: scratch, encoding: .utf8)) ?? "" }
}
