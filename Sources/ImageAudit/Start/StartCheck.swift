package import ByteIO
package import ImageModel

/// Checks whether a container of an image can start: the command is resolved as the container runtime, the kernel and
/// the dynamic loader resolve it. Nothing is run. An error is certain, a warning nearly so.
package enum StartCheck {
    /// `isPlatformWrong`: Whether the executables contradict the platform, which is reported already.
    package static func report(
        _ tree: MergedTree, _ config: StartConfig, _ platform: Platform, isPlatformWrong: Bool = false
    ) throws(IOFailure) -> StartReport {
        let platform = platform.normalized
        var report: StartReport
        switch platform.os {
        case "linux": report = try linux(tree, config, platform)
        case "windows":
            var windows = WindowsStart(tree, config)
            report = try windows.report()
        default:
            report = StartReport(unchecked: .system(platform.os))
        }
        if isPlatformWrong { report.findings.removeAll { $0.problem.isWrongMachine } }
        return report
    }

    private static func linux(
        _ tree: MergedTree, _ config: StartConfig, _ platform: Platform
    ) throws(IOFailure) -> StartReport {
        var report = StartReport()
        var users = UserSearch(tree)
        // The other checks of an image without its user are those for root.
        let user = try users.user(config.user) ?? .root
        report.findings += users.findings
        let words = config.entrypoint + config.command
        guard let word = words.first else {
            report.findings.append(StartFinding(.nothingToRun))
            return report
        }
        if let problem = directoryProblem(tree, config) { report.findings.append(problem) }
        let search = CommandSearch(tree, user, config, StartBudget())
        if words.count > 1, PathRole.isEmulator(String(decoding: FilePath(word).name, as: UTF8.self)) {
            return emulated(report, word, search)
        }
        var programs = ProgramSearch(search, platform)
        try programs.follow(word)
        report.findings += programs.findings
        report.through = programs.through
        report.program = programs.programs.last?.entry.path
        if words.count > 1, let wrapper = Wrappers.name(word) {
            report.wrapper = wrapper
            report.findings.append(StartFinding(.wrapper(wrapper)))
        }
        for program in programs.programs { report.findings += try loaderFindings(program, search, config, platform) }
        return report
    }

    /// An emulator at the start of the command runs on the processor of another platform.
    private static func emulated(_ report: StartReport, _ word: String, _ search: CommandSearch) -> StartReport {
        var report = report
        if case .problem(let finding) = search.command(word) { report.findings.append(finding) }
        report.wrapper = String(decoding: FilePath(word).name, as: UTF8.self)
        report.findings.append(StartFinding(.wrapper(report.wrapper ?? word)))
        return report
    }

    /// Neither the working directory nor one above it may be a file. The runtime makes it if it is absent.
    private static func directoryProblem(_ tree: MergedTree, _ config: StartConfig) -> StartFinding? {
        let directory = config.workingDirectory
        if !directory.isEmpty, directory.utf8.first != UInt8(ascii: "/") {
            return StartFinding(.relativeDirectory(directory))
        }
        let path = FilePath(directory)
        switch tree.resolve(path) {
        case .file(let entry) where entry.fileKind != .directory:
            return StartFinding(.notADirectory(entry.fileKind), entry)
        case .notDirectory(let file):
            guard case .file(let entry) = tree.resolve(file) else { return nil }
            return StartFinding(.notADirectory(entry.fileKind), entry)
        case .endless: return StartFinding(.endlessLink(path: config.workingDirectory), path)
        case .file, .root, .absent: return nil
        }
    }

    // MARK: - The dynamic loader

    private static func loaderFindings(
        _ program: ProgramSearch.Program, _ search: CommandSearch, _ config: StartConfig, _ platform: Platform
    ) throws(IOFailure) -> [StartFinding] {
        var findings: [StartFinding] = []
        var highest = program.file.machine?.level.map { (level: $0, entry: program.entry) }
        if program.file.interpreter == nil, !program.file.isWhollyRead {
            return [StartFinding(.unchecked(.content(program.entry.path)), program.entry)]
        }
        if let path = program.file.interpreter {
            let name = String(decoding: path, as: UTF8.self)
            let loader: FileEntry
            switch search.file(name) {
            case .file(let entry): loader = entry
            case .problem(let finding): return [problem(with: name, of: program.entry, finding)]
            }
            let format = try search.tree.format(of: loader)
            if format == .unknown { return [StartFinding(.unchecked(.content(loader.path)), loader)] }
            guard case .elf(let file) = format, file.damage == nil else {
                return [StartFinding(.loaderUnusable(name), program.entry)]
            }
            guard file.machine?.architecture == program.file.machine?.architecture, file.is64 == program.file.is64
            else {
                return [StartFinding(.wrongMachine(found: file.machine, expected: platform.description), loader)]
            }
            var libraries = try LibrarySearch(search.tree, loader, file, config)
            try libraries.check(program.entry, program.file)
            findings += libraries.findings
            highest = libraries.highestLevel ?? highest
        }
        if let highest, highest.level > level(of: platform) {
            findings.append(StartFinding(.processorLevel(highest.level), highest.entry))
        }
        return findings
    }

    private static func problem(with loader: String, of program: FileEntry, _ found: StartFinding) -> StartFinding {
        switch found.problem {
        case .suppliedOutside, .unchecked: found
        case .absent, .hidden, .danglingLink, .endlessLink: StartFinding(.loaderAbsent(loader), program)
        default: StartFinding(.loaderUnusable(loader), program)
        }
    }

    /// The level of x86-64 that the platform states; 1 if it states none.
    private static func level(of platform: Platform) -> Int {
        platform.variant.flatMap { Int($0.dropFirst()) } ?? 1
    }
}

extension StartProblem {
    fileprivate var isWrongMachine: Bool { if case .wrongMachine = self { true } else { false } }
}
