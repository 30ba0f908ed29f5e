internal import Foundation

/// A system call that fails in a program under test.
package struct Fault: Sendable {
    package enum Call: String, Sendable, CaseIterable { case read, pread, open }

    let call: Call
    /// The number of the failing call among those of its name, from 1.
    let number: Int
    let error: Int32

    package init(_ call: Call, _ number: Int, _ error: Int32) {
        self.call = call
        self.number = number
        self.error = error
    }

    /// Runs the binary under test with the fault; `nil` if the program ended without making that call.
    package func run(_ arguments: [String], input: [UInt8] = [], directory: String) throws -> Run? {
        let scratch = try TemporaryDirectory()
        let mark = scratch.path("mark")
        let library = Bundle.main.bundleURL.appendingPathComponent("libFaultShim.so").path
        precondition(FileManager.default.fileExists(atPath: library), "\(library) was not built")
        let run = try Program.run(
            Program.ocimerge, arguments, input: input,
            environment: [
                "LD_PRELOAD": library, "FAULT_CALL": call.rawValue, "FAULT_NUMBER": String(number),
                "FAULT_ERROR": String(error), "FAULT_MARK": mark,
            ], directory: directory)
        return FileManager.default.fileExists(atPath: mark) ? run : nil
    }
}
