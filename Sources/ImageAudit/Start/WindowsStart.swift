internal import ByteIO

/// The start check of an image for Windows: its drive C is the directory `Files` of the layers, and case is ignored.
struct WindowsStart {
    private let tree: MergedTree
    private let config: StartConfig
    /// The names of the directories that were searched, by their lower-case form.
    private var known: [FilePath: [String: FileName]] = [:]

    init(_ tree: MergedTree, _ config: StartConfig) {
        self.tree = tree
        self.config = config
    }

    private static let usualPath = "C:\\Windows\\System32;C:\\Windows"
    private static let usualExtensions = ".COM;.EXE;.BAT;.CMD"
    /// The extensions of files that Windows starts: programs by themselves, and scripts by cmd.exe.
    private static let started: Set<String> = ["exe", "com", "bat", "cmd"]
    private static let listLimit = 256

    mutating func report() throws(IOFailure) -> StartReport {
        var report = StartReport()
        guard let first = (config.entrypoint + config.command).first else {
            report.findings = [StartFinding(.nothingToRun)]
            return report
        }
        guard find("C:\\Windows\\System32") != nil else { return StartReport(unchecked: .windowsBase) }
        guard let word = word(first) else { return StartReport(unchecked: .commandLine) }
        guard Self.isOnDriveC(word) else { return StartReport(unchecked: .drive(word)) }
        guard let entry = command(word) else {
            report.findings = [StartFinding(problem(word))]
            return report
        }
        report.program = entry.path
        report.findings = try problems(entry).map { StartFinding($0, entry) }
        return report
    }

    /// The name of the program. `nil` if the command line has to be split at a place that only Windows knows.
    private mutating func word(_ first: String) -> String? {
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

    private static func isOnDriveC(_ word: String) -> Bool {
        let isDrive = word.utf8.dropFirst().first == UInt8(ascii: ":")
        return !isDrive || word.lowercased().hasPrefix("c:")
    }

    /// Windows also searches the Path of its registry, which an installer may have changed.
    private func problem(_ word: String) -> StartProblem {
        Self.isPath(word) ? .absent(path: word) : .unchecked(.windowsPath(word))
    }

    /// `nil` if there is no such file.
    private mutating func command(_ word: String) -> FileEntry? {
        let searched = [config.workingDirectory] + list("Path", Self.usualPath)
        let folders = Self.isPath(word) ? [absolute(word)] : searched.map { $0 + "\\" + word }
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
    private mutating func find(_ path: String) -> FileEntry? {
        var parts = path.split { $0 == "\\" || $0 == "/" }.map { $0.lowercased() }
        if let name = parts.first, name.utf8.last == UInt8(ascii: ":") { parts.removeFirst() }
        var place = FilePath("Files")
        // Windows shortens a path before it looks for the file.
        for part in Self.shortened(parts) {
            guard let name = names(in: place)[part] else { return nil }
            place = place.appending(name)
        }
        guard case .file(let entry) = tree.resolve(place) else { return nil }
        return entry
    }

    /// The parts of a path without `.` and `..`.
    private static func shortened(_ parts: [String]) -> [String] {
        parts.reduce(into: []) { parts, part in
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
    }

    /// The first of several names with one lower-case form counts.
    private mutating func names(in directory: FilePath) -> [String: FileName] {
        if let names = known[directory] { return names }
        let pairs = tree.names(in: directory).map { (String(decoding: $0, as: UTF8.self).lowercased(), $0) }
        let names = Dictionary(pairs) { first, _ in first }
        known[directory] = names
        return names
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
