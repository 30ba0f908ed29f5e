internal import Foundation

/// A finished run of a program: its exit status and all output.
package struct Run: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    package var stdout: String { String(decoding: output, as: UTF8.self) }
    package var stderr: String { String(decoding: errors, as: UTF8.self) }
}

/// Runs real programs, mainly the built binary.
package enum Program {
    /// The binary under test: the file that `OCIMERGE` names, by default the one built beside the tests.
    package static let ocimerge: String = {
        if let path = ProcessInfo.processInfo.environment["OCIMERGE"] { return path }
        return Bundle.main.bundleURL.appendingPathComponent("ocimerge").path
    }()

    /// The variables that decide about symbols and colors. An empty one counts as absent.
    package static let appearance = ["LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "", "CLICOLOR_FORCE": ""]

    /// No program without a terminal prints progress: a slow machine would print more lines than a fast one.
    package static let silence = ["OCIMERGE_PROGRESS": "none"]

    /// The environment of programs: that of the tests, the usual appearance, and `changes`.
    package static func environment(_ changes: [String: String] = [:]) -> [String: String] {
        ProcessInfo.processInfo.environment.merging(appearance) { $1 }.merging(changes) { $1 }
    }

    /// The folder that holds Package.swift.
    package static let repository: String = {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }()

    package static func fixture(_ name: String) -> String { "\(repository)/fixtures/\(name)" }

    /// Runs a program. `input` is its standard input (default: empty). Names without `/` are looked up in PATH. JSON of
    /// the binary under test must fit its schema.
    @discardableResult
    package static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> Run {
        let run = try plainRun(program, arguments, input: input, environment: environment, directory: directory)
        // Another program may start the binary: env, timeout.
        let words = [program] + arguments
        if let place = words.firstIndex(of: ocimerge) { try ReportSchemas.check(run, of: Array(words[(place + 1)...])) }
        return run
    }

    /// The same without a check of the output.
    static func plainRun(
        _ program: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> Run {
        let process = Process()
        let isPath = program.contains("/")
        process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
        process.arguments = (isPath ? [] : [program]) + arguments
        process.environment = Self.environment(silence.merging(environment) { $1 })
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let scratch = try TemporaryDirectory()
        func handle(_ name: String, _ content: [UInt8]) throws -> FileHandle {
            let path = scratch.path + "/" + name
            try Data(content).write(to: URL(fileURLWithPath: path))
            return try FileHandle(forUpdating: URL(fileURLWithPath: path))
        }
        // Output goes to files: a program never blocks because a pipe is full. `input` goes through a pipe, because a
        // regular file on standard input is a different case.
        let output = try handle("output", [])
        let errors = try handle("errors", [])
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let writer = Thread {
            // A program may end without reading its input. SIGPIPE is blocked here and ends with this thread.
            var brokenPipe = sigset_t()
            sigemptyset(&brokenPipe)
            sigaddset(&brokenPipe, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
            try? pipe.fileHandleForWriting.write(contentsOf: Data(input))
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        process.waitUntilExit()
        return Run(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/output"))),
            errors: Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/errors"))))
    }

    @discardableResult
    package static func ocimerge(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:], directory: String? = nil
    ) throws -> Run {
        try run(ocimerge, arguments, input: input, environment: environment, directory: directory)
    }
}
