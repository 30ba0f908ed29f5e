/// A change of one member of an archive.
package struct TarEdit: Sendable {
    package enum Kind: Sendable, Equatable {
        case replacement
        /// The member stays as it is, and the new one follows it.
        case addition
        case removal
    }

    /// Normalized, as in `TarMember`.
    package let name: String
    package let newName: String
    package let content: [UInt8]
    package let kind: Kind

    package init(name: String, newName: String, content: [UInt8], kind: Kind = .replacement) {
        self.name = name
        self.newName = newName
        self.content = content
        self.kind = kind
    }
}

/// A member, found by name or through links, whose digest is known.
package struct TarClaim: Sendable {
    package let name: String
    package let algorithm: ContentHasher.Algorithm
    package let hash: [UInt8]

    package init(name: String, algorithm: ContentHasher.Algorithm, hash: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.hash = hash
    }
}

/// A range of an archive that is replaced by other bytes.
struct Splice: Equatable {
    let range: Range<Int64>
    /// The archive must have all bytes up to this offset; the rest of the range is padding, which may be missing at the
    /// end.
    let needed: Int64
    let bytes: [UInt8]
}

/// A range of an archive whose digest is known.
struct ClaimedRange {
    let range: Range<Int64>
    let algorithm: ContentHasher.Algorithm
    let hash: [UInt8]
}

/// The changes to a few members of an archive. Every other byte, padding and end included, stays as it is.
package struct TarRevision: Sendable {
    let splices: [Splice]
    let claims: [ClaimedRange]

    /// Reads the headers of the archive once.
    package init(_ file: OpenFile, _ edits: [TarEdit], _ claims: [TarClaim]) throws(TarEditError) {
        try self.init(TarFileInput(file), edits, claims)
    }

    /// The same for a stream, which is read to its end.
    package init(
        _ reader: any ByteReader, path: String, _ edits: [TarEdit], _ claims: [TarClaim]
    ) throws(TarEditError) {
        try self.init(TarStreamInput(reader, path: path), edits, claims)
    }

    private init(_ input: some TarInput, _ edits: [TarEdit], _ claims: [TarClaim]) throws(TarEditError) {
        var survey = TarSurvey(edits: edits, path: input.path)
        var walker = TarWalker(input)
        walker.keepsFrame = true
        while let member = try mapping(TarEditError.tar, { () throws(TarError) in try walker.next() }) {
            try survey.add(member, walker.frame)
        }
        try survey.checkLinks()
        splices = survey.splices
        self.claims = survey.ranges(of: claims)
    }
}

/// Why a member cannot be changed.
package enum TarEditError: Error, Equatable, Sendable {
    case absent(path: String, member: String)
    /// The member is a link, or a link leads to it.
    case link(path: String, member: String, link: String)
    case notAFile(path: String, member: String)
    case noRoom(path: String, member: String)
    /// The archive cannot be read.
    case tar(TarError)
}

/// Collects, in one pass over an archive, the ranges of edited members and the targets of links.
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

    mutating func add(_ member: TarMember, _ frame: TarFrame) throws(TarEditError) {
        try mapping(TarEditError.tar) { () throws(TarError) in try remember(member) }
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

    /// The limits of `MemberIndex`.
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
        let end = member.dataOffset + TarHeader.padded(member.size)
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
            let bytes = headers + TarHeader.padded(edit.content)
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

    /// Keeps a prefix such as `./` that the writer put in front.
    private static func spelled(_ new: String, as written: String, of name: String) -> String {
        written.hasSuffix(name) ? String(written.dropLast(name.count)) + new : new
    }

    /// A link to a replaced member would lead nowhere, or to other content than its reader expects.
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

    /// Replaced members are not verified here.
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

    /// `nil` if the links lead nowhere.
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
