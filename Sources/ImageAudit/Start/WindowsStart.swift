internal import ByteIO

/// The start check of an image for Windows: its drive C is the directory `Files` of the layers, and case is ignored.
struct WindowsStart {
    private let tree: MergedTree
    private let config: StartConfig

    init(_ tree: MergedTree, _ config: StartConfig) {
        self.tree = tree
        self.config = config
    }

    private static let usualPath = "C:\\Windows\\System32;C:\\Windows"
    private static let usualExtensions = ".COM;.EXE;.BAT;.CMD"
    /// The extensions of files that Windows starts: programs by themselves, and scripts by cmd.exe.
    private static let started: Set<String> = ["exe", "com", "bat", "cmd"]
    private static let listLimit = 256

    func report() throws(IOFailure) -> StartReport {
        var report = StartReport()
        guard let first = (config.entrypoint + config.command).first else {
            report.findings = [StartFinding(.nothingToRun)]
            return report
        }
        guard find("C:\\Windows\\System32") != nil else {
            report.findings = [StartFinding(.unchecked(.windowsBase))]
            return report
        }
        guard let word = word(first) else {
            report.findings = [StartFinding(.unchecked(.commandLine))]
            return report
        }
        guard let entry = command(word) else {
            report.findings = [StartFinding(problem(word))]
            return report
        }
        report.program = entry.path
        report.findings = try problems(entry).map { StartFinding($0, entry) }
        return report
    }

    /// The name of the program. `nil` if the command line has to be split at a place that only Windows knows.
    private func word(_ first: String) -> String? {
        guard config.isCommandLine else { return first }
        if first.utf8.first == UInt8(ascii: "\"") {
            let quoted = first.dropFirst()
            return quoted.firstIndex(of: "\"").map { String(quoted[..<$0]) }
        }
        let word = first.prefix { $0 != " " }
        // `C:\Program Files\app.exe` is tried at each space.
        let isPath = word.contains("\\") || word.contains("/")
        return isPath && word.count < first.count && command(String(word)) == nil ? nil : String(word)
    }

    private static func isPath(_ word: String) -> Bool { word.contains("\\") || word.contains("/") }

    private func problem(_ word: String) -> StartProblem {
        Self.isPath(word)
            ? .absent(path: word) : .notInPath(word: word, path: list("Path", Self.usualPath).joined(separator: ";"))
    }

    /// `nil` if there is no such file.
    private func command(_ word: String) -> FileEntry? {
        let folders = Self.isPath(word) ? [absolute(word)] : list("Path", Self.usualPath).map { $0 + "\\" + word }
        let endings = [""] + list("PATHEXT", Self.usualExtensions)
        for folder in folders {
            for ending in endings {
                if let entry = find(folder + ending), entry.fileKind == .file { return entry }
            }
        }
        return nil
    }

    private func absolute(_ path: String) -> String {
        let isAbsolute = path.utf8.dropFirst().first == UInt8(ascii: ":") || path.hasPrefix("\\") || path.hasPrefix("/")
        return isAbsolute ? path : config.workingDirectory + "\\" + path
    }

    /// The parts of a variable whose name is compared without case.
    private func list(_ name: String, _ usual: String) -> [String] {
        let key = name.lowercased() + "="
        let value = config.environment.last { $0.lowercased().hasPrefix(key) }.map { String($0.dropFirst(key.count)) }
        return (value ?? usual).split(separator: ";").prefix(Self.listLimit).map(String.init)
    }

    /// The file at a path of drive C.
    private func find(_ path: String) -> FileEntry? {
        var parts = path.split { $0 == "\\" || $0 == "/" }.map { $0.lowercased() }
        if let drive = parts.first, drive.utf8.last == UInt8(ascii: ":") { parts.removeFirst() }
        var place = FilePath("Files")
        for part in parts where part != "." {
            let names = tree.names(in: place)
            guard let name = names.first(where: { String(decoding: $0, as: UTF8.self).lowercased() == part }) else {
                return nil
            }
            place = place.appending(name)
        }
        guard case .file(let entry) = tree.resolve(place) else { return nil }
        return entry
    }

    private func problems(_ entry: FileEntry) throws(IOFailure) -> [StartProblem] {
        let name = String(decoding: entry.path.name, as: UTF8.self).lowercased()
        switch try tree.format(of: entry) {
        case .empty: return [.emptyFile]
        case .unknown: return [.unchecked(.content(entry.path))]
        case .pe(let file): return file.isLibrary || !(2...3).contains(file.subsystem) ? [.notExecutableFormat] : []
        default:
            let ending = name.split(separator: ".").last.map(String.init) ?? ""
            return Self.started.contains(ending) && ending != "exe" ? [] : [.unknownFormat]
        }
    }
}
