internal import ByteIO
internal import ImageModel

/// Follows a command to the program that the kernel loads: through scripts and their interpreters.
struct ProgramSearch {
    /// A program that the kernel loads.
    struct Program {
        let entry: FileEntry
        let file: ELFFile
    }

    private let search: CommandSearch
    private let platform: Platform
    /// The links and scripts that were followed.
    private(set) var through: [FilePath] = []
    /// The programs that the kernel loads, in order: `env`, if a script names it, and the last one.
    private(set) var programs: [Program] = []
    private(set) var findings: [StartFinding] = []

    init(_ search: CommandSearch, _ platform: Platform) {
        self.search = search
        self.platform = platform
    }

    /// The number of interpreters that Linux follows.
    private static let scriptLimit = 5
    /// The number of scripts that `env` starts one after another until they count as a loop.
    private static let fileLimit = 64

    /// Fills `programs`, or else `findings`.
    mutating func follow(_ word: String) throws(IOFailure) {
        switch search.command(word) {
        case .problem(let finding): findings.append(finding)
        case .file(let entry):
            note(word, entry)
            try follow(entry)
        }
    }

    /// Notes a link to the file.
    private mutating func note(_ word: String, _ entry: FileEntry) {
        let isAbsolute = word.utf8.first == UInt8(ascii: "/")
        if isAbsolute, FilePath(word) != entry.path { through.append(FilePath(word)) }
    }

    private mutating func follow(_ first: FileEntry) throws(IOFailure) {
        var entry = first
        /// The file that a process executes, and the number of its interpreters so far.
        var executed = (file: first, interpreters: 0)
        /// Whether `env` runs the file: it leaves files of unknown formats to a shell.
        var isByEnv = false
        for _ in 0..<Self.fileLimit {
            switch try search.tree.format(of: entry) {
            case .script(let line):
                guard executed.interpreters < Self.scriptLimit else { return add(.scriptLoop, executed.file) }
                through.append(entry.path)
                guard let next = try interpreter(line, of: entry) else { return }
                (entry, isByEnv) = next
                executed = isByEnv ? (entry, 0) : (executed.file, executed.interpreters + 1)
            case .elf(let file): return check(file, entry)
            case .other where isByEnv, .empty where isByEnv: return
            case let format: return add(problem(of: format, entry), entry)
            }
        }
        add(.scriptLoop, first)
    }

    private func problem(of format: FileFormat, _ entry: FileEntry) -> StartProblem {
        switch format {
        case .empty: .emptyFile
        case .pe: .wrongMachine(found: Machine(os: "windows", architecture: "amd64"), expected: platform.description)
        case .wasm: .unchecked(.system("wasm"))
        case .unknown: .unchecked(.content(entry.path))
        case .elf, .script, .other: .unknownFormat
        }
    }

    private mutating func check(_ file: ELFFile, _ entry: FileEntry) {
        switch file.damage {
        case .truncated: add(.truncated, entry)
        case .notExecutable: add(.notExecutableFormat, entry)
        case nil:
            if let problem = Self.wrongMachine(file, platform) { return add(problem, entry) }
            programs.append(Program(entry: entry, file: file))
        }
    }

    /// `nil` if a processor of the platform runs the file.
    static func wrongMachine(_ file: ELFFile, _ platform: Platform) -> StartProblem? {
        if let machine = file.machine, machine.runs(on: platform.architecture) { return nil }
        return .wrongMachine(found: file.machine, expected: platform.description)
    }

    // MARK: - Interpreters

    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The file that runs a script, and whether `env` starts it. `nil` if there is none.
    private mutating func interpreter(
        _ line: ScriptLine, of script: FileEntry
    ) throws(IOFailure) -> (entry: FileEntry, isByEnv: Bool)? {
        let user = search.user
        guard user.canRead(script) else {
            add(.notReadable(mode: script.mode, user: user.name), script)
            return nil
        }
        guard let path = line.interpreter else {
            add(.interpreterMissing, script)
            return nil
        }
        let name = String(decoding: path, as: UTF8.self)
        let argument = line.argument ?? []
        let found = search.file(name)
        guard let entry = runBy(found, name, script) else { return nil }
        let command =
            Self.isEnv(entry) || FilePath(name).name == Array("env".utf8) ? Self.envCommand(argument[...]) : nil
        if command == nil, argument.last == Self.carriageReturn, Self.isShell(FilePath(name)) {
            add(.carriageReturn(name), script)
            return nil
        }
        guard let command else { return (entry, false) }
        if case .elf(let file) = try search.tree.format(of: entry) { check(file, entry) }
        through.append(entry.path)
        let target = search.command(command)
        // Busybox runs its own programs without a file.
        if case .problem = target, entry.path.name == Array("busybox".utf8) { return nil }
        return runBy(target, command, script).map { ($0, true) }
    }

    private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]

    /// Whether the program refuses an option that ends in a carriage return.
    private static func isShell(_ path: FilePath) -> Bool {
        shells.contains(String(decoding: path.name, as: UTF8.self))
    }

    private static func isEnv(_ entry: FileEntry) -> Bool { entry.path.name == Array("env".utf8) }

    /// The command of `env`, with its carriage return; `nil` if options or variables precede it that change the search.
    private static func envCommand(_ argument: ArraySlice<UInt8>) -> String? {
        var rest = argument
        for option in ["-S", "--split-string="] where rest.starts(with: option.utf8) {
            rest = rest.dropFirst(option.utf8.count).drop { $0 == space || $0 == tab }
            let word = rest.prefix { $0 != space && $0 != tab }
            return isPlain(word) ? String(decoding: word, as: UTF8.self) : nil
        }
        return isPlain(rest) ? String(decoding: rest, as: UTF8.self) : nil
    }

    private static func isPlain(_ word: ArraySlice<UInt8>) -> Bool {
        let special = Array("-=$\\\"'".utf8)
        return !word.isEmpty && word.first != UInt8(ascii: "-") && !word.contains { special.dropFirst().contains($0) }
    }

    /// The file that runs a script; `nil` if it has a problem.
    private mutating func runBy(_ found: CommandSearch.Found, _ name: String, _ script: FileEntry) -> FileEntry? {
        switch found {
        case .file(let entry): return entry
        case .problem(let finding):
            let hasReturn = name.utf8.last == Self.carriageReturn
            switch finding.problem {
            case .suppliedOutside, .unchecked: findings.append(finding)
            case _ where hasReturn: add(.carriageReturn(String(name.unicodeScalars.dropLast())), script)
            case .absent, .hidden, .notInPath, .danglingLink, .endlessLink: add(.interpreterAbsent(name), script)
            default: add(.interpreterUnusable(name), script)
            }
            return nil
        }
    }

    private mutating func add(_ problem: StartProblem, _ entry: FileEntry) {
        findings.append(StartFinding(problem, entry))
    }
}
