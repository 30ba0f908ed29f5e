internal import ByteIO
internal import ImageAudit

/// The places of a directory's files in an image. Equal plans for one snapshot give the same layer.
struct DirectoryPlan: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        /// Without links.
        let path: FilePath
        /// Whether the image lacks the directory, so that the layer needs an entry for it.
        let isNew: Bool
    }

    /// Directories of the image above new members.
    var kept: [KeptDirectory] = []
    /// Directories above the target that the image lacks.
    var made: [FilePath] = []
    /// Of each directory of the snapshot by its number.
    var places: [Int: Place] = [:]
    /// Directories for which another one of the snapshot has the entry.
    var repeated: Set<Int> = []

    /// The path of a file of the snapshot in the image.
    func path(of number: Int, in snapshot: DirectorySnapshot) -> FilePath {
        if let place = places[number] { return place.path }
        let directory = places[snapshot.parent(of: number)]?.path ?? FilePath("")
        return directory.appending(snapshot.name(of: number))
    }

    /// The tar of the layer.
    func tar(
        of snapshot: DirectorySnapshot, owner: FileOwner, time: Int64
    ) throws(DirectoryTarError) -> DirectoryTar {
        // The directory itself is no member.
        let count = kept.count + made.count + snapshot.count - 1
        return try DirectoryTar(snapshot, owner: owner, time: time, count: count) { [self] number in
            if number < kept.count {
                return .kept(kept[number].name, mode: kept[number].mode, kept[number].owner)
            }
            let number = number - kept.count
            if number < made.count { return .made(Self.directoryName(made[number])) }
            let file = number - made.count + 1
            guard let place = places[file] else {
                return .file(
                    file, name: path(of: file, in: snapshot).bytes,
                    first: snapshot.first(of: file).map { path(of: $0, in: snapshot).bytes })
            }
            guard place.isNew, !repeated.contains(file) else { return nil }
            return .file(file, name: Self.directoryName(place.path), first: nil)
        }
    }

    private static func directoryName(_ path: FilePath) -> [UInt8] { path.bytes + [UInt8(ascii: "/")] }
}

/// Finds the places of files in the merged tree of an image. Directories that lead through links of the image merge with
/// the targets of the links.
struct DirectoryPlanning {
    private let snapshot: DirectorySnapshot
    private let tree: MergedTree
    private var plan = DirectoryPlan()
    /// Whether a link of the image has moved a directory.
    private var hasMoved = false

    static func plan(
        _ snapshot: DirectorySnapshot, at target: FilePath, in tree: MergedTree
    ) throws(LayerMakingError) -> DirectoryPlan {
        var planning = DirectoryPlanning(snapshot: snapshot, tree: tree)
        try planning.placeTarget(target)
        try planning.placeFiles()
        if planning.hasMoved { try planning.resolveCollisions() }
        planning.keepDirectories()
        return planning.plan
    }

    private init(snapshot: DirectorySnapshot, tree: MergedTree) {
        self.snapshot = snapshot
        self.tree = tree
    }

    private mutating func placeTarget(_ target: FilePath) throws(LayerMakingError) {
        var place = DirectoryPlan.Place(path: FilePath(""), isNew: false)
        for name in target.names {
            place = try directory(name, in: place, of: 0)
            if place.isNew { plan.made.append(place.path) }
        }
        plan.places[0] = place
    }

    private mutating func placeFiles() throws(LayerMakingError) {
        for number in 1..<max(1, snapshot.count) {
            try mapping(LayerMakingError.io) { () throws(IOFailure) in
                try Interruption.check(.read, snapshot.path)
            }
            let name = snapshot.name(of: number)
            if name.starts(with: Whiteout.prefix) { throw flaw(.whiteout, of: number) }
            guard let place = plan.places[snapshot.parent(of: number)] else { continue }
            guard place.path.bytes.count + 1 + name.count <= LayerFiles.nameLimit else {
                throw flaw(.longPath(limit: LayerFiles.nameLimit), of: number)
            }
            if snapshot.kind(of: number) == .directory {
                plan.places[number] = try directory(name, in: place, of: number)
            } else if !place.isNew {
                let path = place.path.appending(name)
                // A file in the place of a link would hide the directory to which the link leads. A link may replace it.
                let found = tree.resolve(path, followsLast: snapshot.kind(of: number) == .file)
                if case .file(let present) = found, present.fileKind == .directory {
                    throw flaw(.replacesDirectory(path), of: number)
                }
            }
        }
    }

    private func flaw(_ flaw: LayerMakingError.FileFlaw, of number: Int) -> LayerMakingError {
        .file(path: snapshot.path(of: number), flaw)
    }

    /// The place of a directory. `number` is that of the file that needs it.
    private mutating func directory(
        _ name: [UInt8], in place: DirectoryPlan.Place, of number: Int
    ) throws(LayerMakingError) -> DirectoryPlan.Place {
        let path = place.path.appending(name)
        let new = DirectoryPlan.Place(path: path, isNew: true)
        if place.isNew { return new }
        guard case .file(let present) = tree.resolve(path, followsLast: false) else { return new }
        switch present.fileKind {
        case .directory: return DirectoryPlan.Place(path: path, isNew: false)
        case .symbolicLink:
            hasMoved = true
            return DirectoryPlan.Place(path: try target(of: path, number), isNew: false)
        default: throw flaw(.replacesFile(path, present.fileKind), of: number)
        }
    }

    /// The directory to which a link of the image leads.
    private func target(of link: FilePath, _ number: Int) throws(LayerMakingError) -> FilePath {
        switch tree.resolve(link) {
        case .root: return FilePath("")
        case .file(let found) where found.fileKind == .directory: return found.path
        case .file: throw flaw(.replacesFile(link, .symbolicLink), of: number)
        case .absent, .notDirectory: throw flaw(.danglingLink(link), of: number)
        case .endless: throw flaw(.endlessLinks(link), of: number)
        }
    }

    /// Each member in a directory of the image keeps that directory and those above it as they are.
    private mutating func keepDirectories() {
        var directories = Set(plan.made.prefix(1).map(\.directory))
        for number in 1..<max(1, snapshot.count) {
            if let place = plan.places[number], !place.isNew || plan.repeated.contains(number) { continue }
            guard let parent = plan.places[snapshot.parent(of: number)], !parent.isNew else { continue }
            directories.insert(parent.path)
        }
        plan.kept = KeptDirectory.all(above: directories, in: tree)
    }

    /// Links can give two files one place. Two directories merge.
    private mutating func resolveCollisions() throws(LayerMakingError) {
        var taken: [FilePath: Int] = [:]
        for number in 1..<max(1, snapshot.count) {
            let place = plan.places[number]
            if place?.isNew == false { continue }
            let path = plan.path(of: number, in: snapshot)
            guard let other = taken[path] else {
                taken[path] = number
                continue
            }
            guard place != nil, plan.places[other] != nil else {
                throw flaw(.collision(other: snapshot.path(of: other), path), of: number)
            }
            plan.repeated.insert(number)
        }
    }
}
