internal import Foundation

/// A system call that fails in a program under test.
package struct Fault: Sendable {
    package enum Call: String, Sendable, CaseIterable {
        case read, pread, open, stat, write, close, sync, rename, mkdir, unlink
    }

    /// The error of a process that is killed instead of getting one.
    package static let kill: Int32 = 0

    let call: Call
    /// The number of the failing call among those of its name, from 1.
    let number: Int
    let error: Int32
    /// Whether all later calls of that name fail, too.
    let lasts: Bool

    package init(_ call: Call, _ number: Int, _ error: Int32, lasts: Bool = false) {
        self.call = call
        self.number = number
        self.error = error
        self.lasts = lasts
    }

    /// Runs the binary under test with the fault; `nil` if the program ended without making that call. `race`: the call is
    /// made, but a directory of that path is created just before.
    package func run(
        _ arguments: [String], input: [UInt8] = [], directory: String, race: String? = nil
    ) throws -> Run? {
        let scratch = try TemporaryDirectory()
        let mark = scratch.path("mark")
        let library = Bundle.main.bundleURL.appendingPathComponent("libFaultShim.so").path
        precondition(FileManager.default.fileExists(atPath: library), "\(library) was not built")
        var environment = [
            "LD_PRELOAD": library, "FAULT_CALL": call.rawValue, "FAULT_NUMBER": String(number),
            "FAULT_ERROR": String(error), "FAULT_MARK": mark,
        ]
        environment["FAULT_RACE"] = race
        if lasts { environment["FAULT_LASTS"] = "1" }
        let run = try Program.run(
            Program.ocimerge, arguments, input: input, environment: environment, directory: directory)
        return FileManager.default.fileExists(atPath: mark) ? run : nil
    }
}
