internal import ByteIO

/// Finds the file that a command names, as runc does: by its path, or in the directories of PATH.
struct CommandSearch {
    enum Found {
        case file(FileEntry)
        case problem(StartFinding)
    }

    let tree: MergedTree
    let user: ContainerUser
    /// The directory to which relative paths refer.
    let directory: FilePath
    let searchPath: String
    /// Directories of the container that are not part of the image.
    let mounts: [String]
    let budget: StartBudget

    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    private static let directoryLimit = 4096
    /// File systems that every container runtime mounts.
    private static let systemMounts = ["/proc", "/sys", "/dev"]

    init(_ tree: MergedTree, _ user: ContainerUser, _ config: StartConfig, _ budget: StartBudget) {
        self.tree = tree
        self.budget = budget
        self.user = user
        directory = FilePath(config.workingDirectory)
        searchPath = config.variable("PATH") ?? Self.usualPath
        mounts =
            config.volumes.prefix(Self.directoryLimit).flatMap { Self.places(of: $0, in: tree, budget) }
            + Self.systemMounts
    }

    /// The path of a volume as it is written and without links, for the runtime follows them.
    private static func places(of volume: String, in tree: MergedTree, _ budget: StartBudget) -> [String] {
        let path = FilePath(volume)
        let target: FilePath =
            switch PathTrace(path, in: tree, workingDirectory: path, budget).end {
            case .file(let entry): entry.path
            case .absent(let place, _): place
            case .root, .endless, .unknown: path
            }
        return (path == target ? [path] : [path, target]).filter { !$0.bytes.isEmpty }.map(\.absoluteText)
    }

    /// `word` is a path if it contains a slash.
    func command(_ word: String) -> Found {
        if word.utf8.contains(UInt8(ascii: "/")) { return file(word) }
        if word.isEmpty { return .problem(StartFinding(.notInPath(word: word, path: searchPath))) }
        var first: StartFinding?
        for place in searchPath.split(separator: ":", omittingEmptySubsequences: false).prefix(Self.directoryLimit) {
            let path = place.isEmpty ? word : "\(place)/\(word)"
            let isRelative = place.utf8.first != UInt8(ascii: "/")
            switch file(isRelative ? "./" + path : path) {
            case .file(let entry) where isRelative:
                return .problem(StartFinding(.unchecked(.relativeSearch(String(place))), entry))
            case .file(let entry): return .file(entry)
            case .problem(let finding) where finding.problem == .unchecked(.tooMuchWork): return .problem(finding)
            case .problem(let finding):
                // A file that is not executable is worth a report if no other one is found.
                if case .absent = finding.problem { continue }
                first = first ?? finding
            }
        }
        return .problem(first ?? StartFinding(.notInPath(word: word, path: searchPath)))
    }

    /// The executable file at a path, which is not searched in PATH.
    func file(_ path: String) -> Found {
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        // The kernel accepts no longer path.
        if path.utf8.count >= LayerFiles.nameLimit { return .problem(StartFinding(.absent(path: path))) }
        let full = isAbsolute ? FilePath(path) : FilePath(directory.bytes + [FilePath.slash] + path.utf8)
        let trace = PathTrace(
            FilePath(path), from: isAbsolute ? FilePath([]) : directory, in: tree, workingDirectory: directory, budget)
        let entry: FileEntry
        switch trace.end {
        case .file(let found): entry = found
        case .root: return .problem(StartFinding(.notAFile(.directory), FilePath([])))
        case .endless: return .problem(StartFinding(.endlessLink(path: path), full))
        case .absent(let place, let link): return .problem(absent(full, place, link))
        case .unknown: return .problem(StartFinding(.unchecked(.tooMuchWork)))
        }
        let isDirectoryWanted = path.utf8.last == FilePath.slash && entry.fileKind != .directory
        if isDirectoryWanted { return .problem(StartFinding(.slashAfterFile(path: path), entry)) }
        if entry.fileKind != .file { return .problem(StartFinding(.notAFile(entry.fileKind), entry)) }
        let place = entry.path.absoluteText
        if let mount = Self.systemMounts.first(where: { place.hasPrefix($0 + "/") }) {
            return .problem(StartFinding(.hidden(mount: mount), entry))
        }
        if let closed = trace.directories.first(where: { !user.canSearch($0) }) {
            let problem = StartProblem.notSearchable(path: entry.path, mode: closed.mode, user: user.name)
            return .problem(StartFinding(problem, closed))
        }
        guard user.canExecute(entry) else {
            return .problem(StartFinding(.notExecutable(mode: entry.mode, user: user.name), entry))
        }
        return .file(entry)
    }

    /// `place` is the path, after links, that does not exist.
    private func absent(_ path: FilePath, _ place: FilePath, _ link: FileEntry?) -> StartFinding {
        let texts = [path, place].map(\.absoluteText)
        for text in texts {
            if let mount = mounts.first(where: { text == $0 || text.hasPrefix($0 + "/") }) {
                return StartFinding(.suppliedOutside(path: text, place: mount))
            }
        }
        guard let link, let target = link.target else { return StartFinding(.absent(path: texts[0])) }
        return StartFinding(.danglingLink(target: String(decoding: target, as: UTF8.self)), link)
    }
}
