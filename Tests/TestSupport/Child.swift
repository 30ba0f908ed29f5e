internal import Foundation

/// A run of the binary that a test can signal while it works.
package final class Child: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let scratch: String

    /// Its standard input stays open and silent.
    package init(_ program: String, _ arguments: [String], directory: String) throws {
        scratch = directory + "/child-" + UUID().uuidString
        // Whoever runs the tests may ignore signals (nohup, a background job), and a child inherits that.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--default-signal=INT,TERM,HUP", program] + arguments
        process.standardInput = input
        let errors = URL(fileURLWithPath: scratch)
        try Data().write(to: errors)
        let handle = try FileHandle(forUpdating: errors)
        process.standardError = handle
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// The exit status, or the negated number of the signal that ended it.
    package func wait() -> Int32 {
        process.waitUntilExit()
        try? input.fileHandleForWriting.close()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    package var stderr: String { (try? String(contentsOfFile: scratch, encoding: .utf8)) ?? "" }
}
