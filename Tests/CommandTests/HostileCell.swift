import Foundation
import TestSupport

/// One run of a command over a hostile input, in a directory of its own and within limits.
struct HostileCell {
    let command: HostileCommand
    let input: HostileInput
    /// The input, made once for all cells that do not change it.
    let source: String
    /// Options that the source needs, after all others.
    var options: [String] = []
    /// The registry to write to.
    var registry = denying

    /// A registry that denies every request at once. A refused connection is tried again, which takes seconds.
    static let denying = denyingServer.map { "127.0.0.1:\($0.port)" } ?? nowhere
    private static let denyingServer = try? WireServer { _ in
        [.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")]
    }
    /// No process listens on this port.
    static let nowhere = "127.0.0.1:1"

    /// A debug binary is ten times slower.
    private static let seconds = Program.ocimerge.contains("/debug/") ? 100 : 10
    private static let limits = ["-s", "KILL", "\(6 * seconds)", "prlimit", "--as=\(1 << 30)", "--cpu=\(seconds)"]

    private var expected: HostileInput.Outcome { input.expected(command.use) }

    /// Whether the cell says anything: no command can reach a registry, so only those that fail before are run.
    var isMeaningful: Bool {
        if command.streams && !input.canStream { return false }
        return !command.needsRegistry || expected == .refused || expected == .misused
    }

    /// Every difference from the expected result, in a sentence.
    func problems() throws -> [String] {
        let directory = try TemporaryDirectory()
        let work = directory.path("work")
        for folder in ["work", "home", "state", "tmp"] { try make(directory.path(folder)) }
        var source = source
        if case .source = command.destination {
            try make(directory.path("copy"))
            try copy(source, to: directory.path("copy"))
            source = directory.path("copy") + "/" + input.fileName
        }
        if case .existing(let name) = command.destination { try copy(HostileCommand.existing, to: work + "/" + name) }
        let before = try Snapshot(source)
        let run = try self.run(source, in: work, directory)
        return check(run)
            + (try left(in: work, run, directory))
            + (run.status == 0 && source != self.source ? [] : try before.changes(at: source))
            + (source == self.source ? [] : try siblings(directory.path("copy")))
    }

    private func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    private func copy(_ source: String, to target: String) throws {
        let run = try Program.run("cp", ["-a", "--reflink=auto", source, target])
        guard run.status == 0 else { throw HostileCellError(says: run.stderr) }
    }

    private func run(_ source: String, in work: String, _ directory: borrowing TemporaryDirectory) throws -> Run {
        let names = HostileCommand.Names(source: source, image: input.image, registry: registry)
        let bytes = command.streams ? Array(try Data(contentsOf: URL(fileURLWithPath: source))) : Array("secret".utf8)
        return try Program.run(
            "timeout", Self.limits + ["--", Program.ocimerge] + command.arguments(names) + options, input: bytes,
            environment: [
                "HOME": directory.path("home"), "TMPDIR": directory.path("tmp"),
                "XDG_RUNTIME_DIR": directory.path("home"), "XDG_STATE_HOME": directory.path("state"),
            ], directory: work)
    }

    // MARK: - What the run says

    private func check(_ run: Run) -> [String] {
        var problems: [String] = []
        let lines = run.stderr.split(separator: "\n", omittingEmptySubsequences: true)
        let warnings = lines.filter { $0.hasPrefix("ocimerge: warning: ") }
        // The report of a command that writes its result to standard output goes to standard error.
        var errors =
            run.status == 0 && writesBytes
            ? lines.filter { $0.hasPrefix("ocimerge: ") && !warnings.contains($0) }
            : lines.filter { !$0.hasPrefix("ocimerge: warning: ") }
        // Wrong usage may end in a hint.
        let hint = "Try 'ocimerge help \(command.name.prefix { $0 != " " })'."
        if run.status == 2, errors.count == 2, errors[1] == hint { errors.removeLast() }
        let outcome: HostileInput.Outcome? =
            switch (run.status, errors.count) {
            case (0, 0): warnings.isEmpty || command.mayWarn ? .done : .warned
            case (1, 1): .refused
            case (1, 0) where command.use == .verify && !run.output.isEmpty: .refused
            case (2, 1): .misused
            default: nil
            }
        if outcome != (command.mayWarn && expected == .warned ? .done : expected) {
            let found = outcome.map { "\($0)" } ?? "neither"
            problems.append(
                "\(found) instead of \(expected): exit \(run.status), \(lines.count) lines: \(shown(run.errors))")
        }
        if !errors.allSatisfy({ $0.hasPrefix("ocimerge: ") }) {
            problems.append("not an error line: \(shown(run.errors))")
        }
        if !isPrintable(run.errors) { problems.append("control characters on standard error: \(shown(run.errors))") }
        guard !writesBytes else { return problems }
        if !isPrintable(run.output) { problems.append("control characters on standard output: \(shown(run.output))") }
        if run.status != 0, command.use != .verify, !run.output.isEmpty {
            problems.append("failed, and printed \(shown(run.output))")
        }
        return problems
    }

    private var writesBytes: Bool {
        if case .standardOutput = command.destination { return true }
        return false
    }

    /// Text that a terminal shows as it is: UTF-8 without control and without direction characters.
    private func isPrintable(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x09, 0x0a: true
            case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: false
            default: true
            }
        }
    }

    private func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(300), as: UTF8.self).debugDescription
    }

    // MARK: - What the run leaves

    private func left(
        in work: String, _ run: Run, _ directory: borrowing TemporaryDirectory
    ) throws -> [String] {
        var problems: [String] = []
        let names = try Tree.names(in: work)
        switch command.destination {
        case .new(let name):
            let allowed = run.status == 0 ? [name] : []
            if names != allowed { problems.append("left \(names), expected \(allowed)") }
        case .existing(let name):
            if names != [name] { problems.append("left \(names), expected \([name])") }
            if run.status != 0, try Tree.read(work + "/" + name) != Tree.read(HostileCommand.existing) {
                problems.append("failed, and changed \(name)")
            }
        case .none, .standardOutput, .source:
            if !names.isEmpty { problems.append("left \(names)") }
        }
        for folder in ["tmp", "home"] {
            let names = try Tree.names(in: directory.path(folder))
            if !names.isEmpty { problems.append("left \(names) in \(folder)") }
        }
        // The directory of unfinished uploads stays. No upload is worth resuming.
        let uploads = try Tree.read(directory.path("state"))
        if !uploads.isEmpty { problems.append("left \(uploads.keys.sorted()) of uploads") }
        return problems
    }

    private func siblings(_ folder: String) throws -> [String] {
        let names = try Tree.names(in: folder)
        return names == [input.fileName] ? [] : ["left \(names) beside the source"]
    }
}

/// A step of the test itself failed.
struct HostileCellError: Error {
    let says: String
}

/// The state of all files of an input: mode, inode, size and time of each. Of a directory, mode and inode.
struct Snapshot {
    private let states: [String: [Int]]

    init(_ path: String) throws {
        var states = ["": Self.state(path)]
        if Self.state(path)[0] & Int(S_IFMT) == Int(S_IFDIR) {
            for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
                states[name] = Self.state(path + "/" + name)
            }
        }
        self.states = states
    }

    private static func state(_ path: String) -> [Int] {
        var status = stat()
        guard lstat(path, &status) == 0 else { return [0] }
        let identity = [Int(status.st_mode), Int(status.st_ino)]
        if identity[0] & Int(S_IFMT) == Int(S_IFDIR) { return identity }
        return identity + [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// What differs now.
    func changes(at path: String) throws -> [String] {
        let now = try Snapshot(path)
        let names = Set(states.keys).union(now.states.keys).filter { states[$0] != now.states[$0] }
        return names.isEmpty ? [] : ["failed or only read, and changed \(names.sorted().prefix(5)) of the source"]
    }
}
