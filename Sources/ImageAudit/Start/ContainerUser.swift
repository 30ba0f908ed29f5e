internal import ByteIO

/// The user that a container runs as, and the permissions that this user has.
struct ContainerUser {
    /// As the config writes it; `root` if it names none.
    let name: String
    let number: Int64
    let groups: Set<Int64>

    static let root = ContainerUser(name: "root", number: 0, groups: [0])

    /// A container's root executes every file with any execute bit.
    func canExecute(_ file: FileEntry) -> Bool {
        number == 0 ? file.mode & 0o111 != 0 : permits(0o1, file)
    }

    func canRead(_ file: FileEntry) -> Bool { number == 0 || permits(0o4, file) }

    func canSearch(_ directory: FileEntry) -> Bool { number == 0 || permits(0o1, directory) }

    private func permits(_ bit: Int, _ file: FileEntry) -> Bool {
        let shift = file.user == number ? 6 : groups.contains(file.group) ? 3 : 0
        return file.mode & (bit << shift) != 0
    }
}

/// Looks up the user of a config as container runtimes do: in /etc/passwd and /etc/group of the image.
struct UserSearch {
    private let tree: MergedTree
    private(set) var findings: [StartFinding] = []

    init(_ tree: MergedTree) { self.tree = tree }

    private static let passwd = FilePath("etc/passwd")
    private static let group = FilePath("etc/group")

    /// `text` is `USER` or `USER:GROUP`, each a name or a number; empty for root. `nil` if the user does not exist, or
    /// if the files cannot be read.
    mutating func user(_ text: String) throws(IOFailure) -> ContainerUser? {
        if text.isEmpty { return .root }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        let groupName = parts.count > 1 ? parts[1] : ""
        guard let accounts = try content(Self.passwd), let groups = try content(Self.group) else { return nil }
        let account = AccountFile.user(Array(name.utf8), in: accounts ?? [])
        if account == nil {
            add(Self.isNumber(name) ? .invalidNumber(name) : .userAbsent(name, inFile: accounts != nil), Self.passwd)
        }
        var members: Set<Int64> = []
        if groupName.isEmpty {
            if let account { members = Set([account.gid] + AccountFile.groups(of: account.name, in: groups ?? [])) }
        } else if let found = AccountFile.group(Array(groupName.utf8), in: groups ?? []) {
            members = [found]
        } else {
            add(
                Self.isNumber(groupName) ? .invalidNumber(groupName) : .groupAbsent(groupName, inFile: groups != nil),
                Self.group)
            return nil
        }
        return account.map { ContainerUser(name: text, number: $0.uid, groups: members) }
    }

    private static func isNumber(_ text: String) -> Bool { text.utf8.allSatisfy { (0x30...0x39).contains($0) } }

    private mutating func add(_ problem: StartProblem, _ path: FilePath) {
        guard case .file(let entry) = tree.resolve(path) else {
            findings.append(StartFinding(problem))
            return
        }
        findings.append(StartFinding(problem, entry))
    }

    /// The inner value is `nil` if there is no such file, the outer one if its content is not known.
    private mutating func content(_ path: FilePath) throws(IOFailure) -> [UInt8]?? {
        guard case .file(let entry) = tree.resolve(path), entry.fileKind == .file else { return .some(nil) }
        if let content = try tree.content(of: entry) { return .some(content) }
        findings.append(StartFinding(.unchecked(.content(path)), entry))
        return nil
    }
}
