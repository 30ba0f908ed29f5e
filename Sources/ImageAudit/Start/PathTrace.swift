/// The files that the kernel visits on its way to a path.
struct PathTrace {
    enum End {
        case file(FileEntry)
        case root
        /// A name is absent, or a file is used as a directory. The path has no links as far as its directories exist.
        /// `link` is the link that leads there; `nil` if there is none.
        case absent(FilePath, link: FileEntry?)
        /// More links than the kernel follows.
        case endless
        /// The budget of steps is spent.
        case unknown
    }

    /// The directories that are searched, without the root.
    private(set) var directories: [FileEntry] = []
    private(set) var end = End.root

    private static let linkLimit = 40

    /// A link whose target is being followed. `left` is the number of names behind the link.
    private struct Followed {
        let link: FileEntry
        let left: Int
    }

    /// Begins in `directory`, or else in the root. The directories above it are not searched, because a process stays in
    /// its working directory. The runtime makes `workingDirectory` if it is absent.
    init(
        _ path: FilePath, from directory: FilePath = FilePath([]), in tree: MergedTree, workingDirectory: FilePath,
        _ budget: StartBudget
    ) {
        var rest = Array(path.names.reversed())
        var here = directory
        if case .file(let entry) = tree.resolve(directory) {
            here = entry.path
            directories.append(entry)
        }
        var followed: [Followed] = []
        var links = 0
        while let name = rest.popLast() {
            if name == FilePath.here { continue }
            guard budget.spend(on: here) else {
                end = .unknown
                return
            }
            if name == FilePath.parent {
                here = here.directory
                if case .file(let above) = tree.resolve(here), !rest.isEmpty { directories.append(above) }
                continue
            }
            while let last = followed.last, rest.count < last.left { followed.removeLast() }
            let found = tree.resolve(here.appending(name), followsLast: false)
            if case .absent = found, !rest.isEmpty, workingDirectory.isInside(here.appending(name)) {
                here = here.appending(name)
                continue
            }
            guard case .file(let entry) = found,
                rest.isEmpty || entry.fileKind == .directory || entry.fileKind == .symbolicLink
            else {
                end = .absent(
                    rest.reversed().reduce(here.appending(name)) { $0.appending($1) }, link: followed.first?.link)
                return
            }
            guard entry.fileKind == .symbolicLink, let target = entry.target else {
                end = .file(entry)
                here = entry.path
                if entry.fileKind == .directory, !rest.isEmpty { directories.append(entry) }
                continue
            }
            links += 1
            guard links <= Self.linkLimit else {
                end = .endless
                return
            }
            followed.append(Followed(link: entry, left: rest.count))
            if target.first == FilePath.slash { here = FilePath([]) }
            rest += FilePath.names(in: target).reversed()
        }
        end = here.bytes.isEmpty ? .root : Self.end(here, in: tree)
    }

    /// The end of a path whose last part may be `..`.
    private static func end(_ path: FilePath, in tree: MergedTree) -> End {
        if case .file(let entry) = tree.resolve(path, followsLast: false) { .file(entry) } else { .root }
    }
}
