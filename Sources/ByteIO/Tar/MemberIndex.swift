/// The members of an archive by name, links resolved inside the archive and nowhere else.
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
    /// No file system takes longer paths, and no image archive comes near them.
    static let nameLimit = 4096
    static let namesLimit = 128 << 20
    private static let linkDepth = 32

    private let path: String
    /// What ended the index early; nil: it is whole.
    package private(set) var damage: TarError?
    private var rows: [String: Row] = [:]
    private var nameBytes = 0
    /// Names that stand more than once; looked at only when somebody asks for them.
    private var repeated: [String: [Row]] = [:]

    init(path: String) { self.path = path }

    mutating func add(_ name: String, _ row: Row) throws(TarError) {
        // Such a name cannot be asked for.
        guard name.utf8.count <= Self.nameLimit else { return }
        nameBytes += name.utf8.count + row.targetLength
        guard nameBytes <= Self.namesLimit else { throw .tooManyMembers(path: path, limit: rows.count) }
        guard let earlier = rows.updateValue(row, forKey: name) else {
            guard rows.count <= Self.memberLimit else { throw .tooManyMembers(path: path, limit: Self.memberLimit) }
            return
        }
        repeated[name, default: []].append(earlier)
        let copies = repeated[name]?.count ?? 0
        guard copies < 1000 else { throw .tooManyMembers(path: path, limit: 1000) }
    }

    package var names: some Sequence<String> { rows.keys }

    /// Members with bytes of their own to which no link leads, by name.
    package var unlinkedFiles: [(name: String, source: any ByteSource)] {
        var targets: Set<String> = []
        for (name, row) in rows {
            switch row {
            case .hardLink(let target): targets.insert(TarMember.normalized(target))
            case .symbolicLink(let target): if let inside = Self.resolved(target, from: name) { targets.insert(inside) }
            default: break
            }
        }
        var files: [(name: String, source: any ByteSource)] = []
        for (name, row) in rows where !targets.contains(name) {
            if case .file(let source) = row { files.append((name, source)) }
        }
        return files.sorted { $0.name < $1.name }
    }

    /// Damage behind at least one member leaves something to look at; being asked to stop is no damage.
    mutating func tolerates(_ error: TarError) -> Bool {
        if case .failed(let failure) = error, failure.cause == .interrupted { return false }
        guard !rows.isEmpty else { return false }
        damage = error
        return true
    }

    /// nil when there is no such member. A name that stands twice must stand for the same bytes.
    package func file(_ name: String) throws(MemberError) -> (any ByteSource)? {
        guard let row = rows[name] else { return nil }
        let found = try resolve(row, name: name, depth: 0)
        for other in repeated[name] ?? [] {
            let second = try resolve(other, name: name, depth: 0)
            // Somebody only looks, and neither was kept: what is known of them must agree.
            if let one = second as? any PassedSource, let two = found as? any PassedSource {
                guard one.resembles(two) else { throw .ambiguous(path: path, member: name) }
                continue
            }
            let isSame: Bool
            do throws(IOFailure) { isSame = try second.hasSameBytes(as: found) } catch { throw .failed(error) }
            guard isSame else { throw .ambiguous(path: path, member: name) }
        }
        return found
    }

    private func resolve(_ row: Row, name: String, depth: Int) throws(MemberError) -> any ByteSource {
        switch row {
        case .file(let source): return source
        case .other: throw .notAFile(path: path, member: name)
        case .sparse: throw .sparse(path: path, member: name)
        case .hardLink(let target): return try follow(TarMember.normalized(target), from: name, depth: depth)
        case .symbolicLink(let target):
            guard let inside = Self.resolved(target, from: name) else { throw .linkLeaves(path: path, member: name) }
            return try follow(inside, from: name, depth: depth)
        }
    }

    private func follow(_ target: String, from name: String, depth: Int) throws(MemberError) -> any ByteSource {
        guard depth < Self.linkDepth else { throw .linkCycle(path: path, member: name) }
        guard let row = rows[target] else { throw .danglingLink(path: path, member: name, target: target) }
        return try resolve(row, name: target, depth: depth + 1)
    }

    /// A relative target seen from the link's own directory; nil when it climbs out or is absolute.
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

/// A member is asked for and cannot be given.
package enum MemberError: Error, Equatable, Sendable {
    case failed(IOFailure)
    case ambiguous(path: String, member: String)
    case notAFile(path: String, member: String)
    case sparse(path: String, member: String)
    case linkLeaves(path: String, member: String)
    case linkCycle(path: String, member: String)
    case danglingLink(path: String, member: String, target: String)
}
