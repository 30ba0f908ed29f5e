internal import Synchronization

/// The members of an archive by name. Links are resolved inside the archive and nowhere else.
package struct MemberIndex: Sendable {
    package enum Row: Sendable {
        case file(any ByteSource)
        case hardLink(String)
        case symbolicLink(String)
        case sparse
        case other

        fileprivate var targetLength: Int {
            switch self {
            case .hardLink(let target), .symbolicLink(let target): target.utf8.count
            case .file, .sparse, .other: 0
            }
        }
    }

    static let memberLimit = 1_000_000
    /// File systems allow no longer paths.
    static let nameLimit = 4096
    static let namesLimit = 128 << 20
    private static let linkDepth = 32

    private let path: String
    /// The damage that ended the index early; `nil` if it is whole.
    package private(set) var damage: TarError?
    private var rows = MemberTable()
    private var nameBytes = 0
    /// The earlier members of a name that occurs more than once; compared only when the name is looked up.
    private var repeated: [String: [Row]] = [:]

    private let digests = MemberDigests()

    init(path: String) { self.path = path }

    mutating func add(_ name: String, _ row: Row) throws(TarError) {
        // No lookup uses such a name.
        guard name.utf8.count <= Self.nameLimit else { return }
        nameBytes += name.utf8.count + row.targetLength
        guard nameBytes <= Self.namesLimit else { throw .tooManyMembers(path: path, limit: rows.count) }
        guard let earlier = rows.update(name, to: row) else {
            guard rows.count <= Self.memberLimit else { throw .tooManyMembers(path: path, limit: Self.memberLimit) }
            return
        }
        repeated[name, default: []].append(earlier)
        let copies = repeated[name]?.count ?? 0
        guard copies < 1000 else { throw .tooManyMembers(path: path, limit: 1000) }
    }

    package var names: some Sequence<String> { rows.names }

    /// Members with bytes of their own that no link leads to, sorted by name.
    package var unlinkedFiles: [(name: String, source: any ByteSource)] {
        var targets: Set<String> = []
        for (name, row) in rows.rows {
            switch row {
            case .hardLink(let target): targets.insert(TarMember.normalized(target))
            case .symbolicLink(let target): if let inside = Self.resolved(target, from: name) { targets.insert(inside) }
            default: break
            }
        }
        var files: [(name: String, source: any ByteSource)] = []
        for (name, row) in rows.rows where !targets.contains(name) {
            if case .file(let source) = row { files.append((name, source)) }
        }
        return files.sorted { $0.name < $1.name }
    }

    /// Records damage behind at least one member and returns `true`. An interruption is not damage.
    mutating func tolerates(_ error: TarError) -> Bool {
        if case .failed(let failure) = error, failure.cause == .interrupted { return false }
        guard !rows.isEmpty else { return false }
        damage = error
        return true
    }

    /// `nil` if there is no such member. Several members of one name must have the same bytes.
    package func file(_ name: String) throws(MemberError) -> (any ByteSource)? {
        guard let row = rows[name] else { return nil }
        if case .file(let source) = row, repeated.isEmpty { return source }
        let earlier = repeated[name] ?? []
        let found = try resolve(row, at: Place(name: name, copy: earlier.count), depth: 0)
        // A thousand links to one member are compared once.
        var compared: Set<Place> = [found.place]
        for (copy, other) in earlier.enumerated() {
            let second = try resolve(other, at: Place(name: name, copy: copy), depth: 0)
            guard compared.insert(second.place).inserted else { continue }
            let isSame: Bool
            do throws(IOFailure) { isSame = try digests.areSame(second, found) } catch { throw .failed(error) }
            guard isSame else { throw .ambiguous(path: path, member: name) }
        }
        return found.source
    }

    /// One row of the index: the last member of a name has the highest number.
    fileprivate struct Place: Hashable {
        let name: String
        let copy: Int
    }

    /// A member with bytes of its own, at the end of all links.
    fileprivate struct Resolved {
        let source: any ByteSource
        let place: Place
    }

    private func resolve(_ row: Row, at place: Place, depth: Int) throws(MemberError) -> Resolved {
        let name = place.name
        switch row {
        case .file(let source): return Resolved(source: source, place: place)
        case .other: throw .notAFile(path: path, member: name)
        case .sparse: throw .sparse(path: path, member: name)
        case .hardLink(let target): return try follow(TarMember.normalized(target), from: name, depth: depth)
        case .symbolicLink(let target):
            guard let inside = Self.resolved(target, from: name) else { throw .linkLeaves(path: path, member: name) }
            return try follow(inside, from: name, depth: depth)
        }
    }

    /// A link leads to the last member of its target's name.
    private func follow(_ target: String, from name: String, depth: Int) throws(MemberError) -> Resolved {
        guard depth < Self.linkDepth else { throw .linkCycle(path: path, member: name) }
        guard let row = rows[target] else { throw .danglingLink(path: path, member: name, target: target) }
        return try resolve(row, at: Place(name: target, copy: repeated[target]?.count ?? 0), depth: depth + 1)
    }

    /// A relative target, resolved from the link's directory; `nil` if it leaves the archive or is absolute.
    static func resolved(_ target: String, from name: String) -> String? {
        guard !target.hasPrefix("/") else { return nil }
        var parts = name.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}

/// The SHA-256 of members that share their name with others. Each member is read once for any number of names and
/// links that lead to it.
private final class MemberDigests: Sendable {
    private let known = Mutex<[MemberIndex.Place: [UInt8]]>([:])

    func areSame(_ one: MemberIndex.Resolved, _ other: MemberIndex.Resolved) throws(IOFailure) -> Bool {
        guard one.source.size == other.source.size else { return false }
        let (traits, others) = (one.source.traits, other.source.traits)
        // Neither was kept: everything that is known of them must agree.
        if let start = traits.passedStart, let second = others.passedStart {
            return start == second && traits.knownSHA256 == others.knownSHA256
        }
        return try digest(one) == digest(other)
    }

    private func digest(_ member: MemberIndex.Resolved) throws(IOFailure) -> [UInt8] {
        if let digest = member.source.traits.knownSHA256 { return digest }
        if let digest = known.withLock({ $0[member.place] }) { return digest }
        let digest = try ContentHasher.hash(member.source)
        known.withLock { $0[member.place] = digest }
        return digest
    }
}

/// Why a member cannot be given.
package enum MemberError: Error, Equatable, Sendable {
    case failed(IOFailure)
    case ambiguous(path: String, member: String)
    case notAFile(path: String, member: String)
    case sparse(path: String, member: String)
    case linkLeaves(path: String, member: String)
    case linkCycle(path: String, member: String)
    case danglingLink(path: String, member: String, target: String)
}
