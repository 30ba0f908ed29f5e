/// Gathers, in one walk over an archive, where edited members lie and which names lead where.
struct TarSurvey {
    private let path: String
    private let edits: [String: [TarEdit]]
    private var found: Set<String> = []
    private var files: [String: [Range<Int64>]] = [:]
    private var links: [String: String] = [:]
    private var memberCount = 0
    private var nameBytes = 0
    private(set) var splices: [Splice] = []

    private static let linkDepth = 32

    init(edits: [TarEdit], path: String) {
        self.path = path
        self.edits = Dictionary(grouping: edits, by: \.name)
    }

    mutating func add(_ member: TarMember, _ frame: TarFrame) throws {
        try remember(member)
        try edit(member, frame)
    }

    private mutating func remember(_ member: TarMember) throws(TarError) {
        guard member.name.utf8.count <= MemberIndex.nameLimit else { return }
        switch member.kind {
        case .file:
            try count(member.name)
            files[member.name, default: []].append(member.dataOffset..<member.dataOffset + member.size)
        case .hardLink(let target):
            try count(member.name, target)
            links[member.name] = TarMember.normalized(target)
        case .symbolicLink(let target):
            try count(member.name, target)
            links[member.name] = MemberIndex.resolved(target, from: member.name)
        case .directory, .sparse, .other: break
        }
    }

    /// Limits as those of `MemberIndex`.
    private mutating func count(_ name: String, _ target: String = "") throws(TarError) {
        memberCount += 1
        nameBytes += name.utf8.count + target.utf8.count
        guard memberCount <= MemberIndex.memberLimit, nameBytes <= MemberIndex.namesLimit else {
            throw .tooManyMembers(path: path, limit: memberCount - 1)
        }
    }

    private mutating func edit(_ member: TarMember, _ frame: TarFrame) throws(TarEditError) {
        guard let edits = edits[member.name] else { return }
        switch member.kind {
        case .file: break
        case .hardLink, .symbolicLink: throw .link(path: path, member: member.name, link: member.name)
        case .directory, .sparse, .other: throw .notAFile(path: path, member: member.name)
        }
        found.insert(member.name)
        let dataEnd = member.dataOffset + member.size
        let end = member.dataOffset + TarWalker<TarFileInput>.padded(member.size)
        var additions: [UInt8] = []
        for edit in edits {
            if edit.kind == .removal {
                splices.append(Splice(range: frame.start..<end, needed: dataEnd, bytes: []))
                continue
            }
            let name = Self.spelled(edit.newName, as: frame.name, of: member.name)
            guard let headers = frame.bytes(name: name, size: Int64(edit.content.count)) else {
                throw .noRoom(path: path, member: member.name)
            }
            let bytes = headers + TarFrame.padded(edit.content)
            if edit.kind == .addition {
                additions += bytes
            } else {
                splices.append(Splice(range: frame.start..<end, needed: dataEnd, bytes: bytes))
            }
        }
        if additions.isEmpty { return }
        let padding = [UInt8](repeating: 0, count: Int(end - dataEnd))
        splices.append(Splice(range: dataEnd..<end, needed: dataEnd, bytes: padding + additions))
    }

    /// `./` in front and whatever else a writer has put there stay.
    private static func spelled(_ new: String, as written: String, of name: String) -> String {
        written.hasSuffix(name) ? String(written.dropLast(name.count)) + new : new
    }

    /// A link to a member that is replaced would lead nowhere, or to other content than its reader expects.
    func checkLinks() throws(TarEditError) {
        for name in edits.keys.sorted() where !found.contains(name) { throw .absent(path: path, member: name) }
        for link in links.keys.sorted() {
            guard let target = target(of: link), let edits = edits[target], !edits.allSatisfy({ $0.kind == .addition })
            else {
                continue
            }
            throw .link(path: path, member: target, link: link)
        }
    }

    /// Members that are replaced are checked by whoever replaces them.
    func ranges(of claims: [TarClaim]) -> [ClaimedRange] {
        var ranges: [Int64: ClaimedRange] = [:]
        for claim in claims {
            guard let name = target(of: claim.name), edits[name]?.allSatisfy({ $0.kind == .addition }) ?? true else {
                continue
            }
            for range in files[name] ?? [] where !range.isEmpty {
                ranges[range.lowerBound] = ClaimedRange(range: range, algorithm: claim.algorithm, hash: claim.hash)
            }
        }
        return ranges.values.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// nil where links end nowhere.
    private func target(of name: String) -> String? {
        var name = name
        for _ in 0..<Self.linkDepth {
            if files[name] != nil { return name }
            guard let next = links[name] else { return nil }
            name = next
        }
        return nil
    }
}
