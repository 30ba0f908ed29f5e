internal import ByteIO

/// Replaces volumes by others, with one rename for each. The old volumes stay in the staging directory until the last
/// new one is renamed. A failure before that restores them. After a kill, the next run to the same destination restores
/// the old volumes if no new volume can be in place. Otherwise it finishes the new ones. Without old volumes it removes
/// the new ones and writes the set again.
///
/// To be called under the lock of the directory.
struct VolumeExchange {
    let staging: String
    let stem: String
    let syncs: Bool
    /// Called before each step, which it may stop.
    var willMove: (_ to: String) throws(IOFailure) -> Void = { (_) throws(IOFailure) in }

    private var kept: String { "\(staging)/\(StagingDirectory.keptName)" }
    private var begun: String { "\(staging)/\(StagingDirectory.begunName)" }
    private var folder: String { FileSystem.parent(of: stem) }

    /// `suffixes`: of the new ones, in the order in which they come.
    func run(replacing old: [String], _ suffixes: [String]) throws(IOFailure) {
        do throws(IOFailure) {
            try FileSystem.makeDirectory(kept)
            for path in old { try move(path, to: "\(kept)/\(FileSystem.name(of: path))") }
            try sync(kept, staging, folder)
            try willMove(begun)
            try FileSystem.move(kept, to: begun)
            try sync(staging)
            try place(suffixes)
        } catch {
            // A file that cannot be taken back now is found by the next run.
            try? takeBack(suffixes)
            throw error
        }
        FileSystem.removeTree(begun)
    }

    /// Finishes the work of a killed run; the staging directory is gone afterwards.
    func finish() throws(IOFailure) {
        if try FileSystem.isPresent(begun) {
            let names = try FileSystem.entries(of: staging).filter { $0.hasPrefix(Self.name + ".") }
            let first = ".\(Volumes.number(1))"
            let suffixes = names.map { String($0.dropFirst(Self.name.count)) }
            if !suffixes.isEmpty, try FileSystem.entries(of: begun).isEmpty, let all = try listed() {
                try takeBack(all)
                FileSystem.removeTree(staging)
                return
            }
            try place(suffixes.filter { $0 != first }.sorted() + suffixes.filter { $0 == first })
        } else {
            try putBack()
        }
        FileSystem.removeTree(staging)
    }

    /// The suffixes of all new volumes and of their list, which has its place already or waits in the staging directory.
    private func listed() throws(IOFailure) -> [String]? {
        for list in ["\(staging)/\(Self.name)", stem] {
            guard let count = try Volumes.count(listedAt: list + Volumes.listSuffix, of: stem) else { continue }
            return (1...count).map { ".\(Volumes.number($0))" } + [Volumes.listSuffix]
        }
        return nil
    }

    /// The file name of the new volumes in the staging directory, without the number.
    private static let name = "archive"

    private func place(_ suffixes: [String]) throws(IOFailure) {
        for (number, suffix) in suffixes.enumerated() {
            // The first volume comes last and completes the set: everything else must be on the disk before it.
            if number == suffixes.count - 1 { try sync(folder) }
            try move("\(staging)/\(Self.name)\(suffix)", to: stem + suffix)
        }
        try sync(folder)
    }

    private func takeBack(_ suffixes: [String]) throws(IOFailure) {
        if try FileSystem.isPresent(begun) {
            for suffix in suffixes.reversed() {
                let staged = "\(staging)/\(Self.name)\(suffix)"
                if try !FileSystem.isPresent(staged), try FileSystem.isPresent(stem + suffix) {
                    try move(stem + suffix, to: staged)
                }
            }
            try willMove(kept)
            try FileSystem.move(begun, to: kept)
            try sync(staging)
        }
        try putBack()
    }

    private func putBack() throws(IOFailure) {
        guard try FileSystem.isPresent(kept) else { return }
        // The first volume comes last, as it went first.
        let names = try FileSystem.entries(of: kept).sorted()
        let first = names.filter { $0 == "\(FileSystem.name(of: stem)).\(Volumes.number(1))" }
        for name in names.filter({ !first.contains($0) }) + first {
            try move("\(kept)/\(name)", to: "\(folder)/\(name)")
        }
        try sync(folder)
        FileSystem.removeEmptyDirectory(kept)
    }

    /// A power cut may leave a file under both names of a rename.
    private func move(_ from: String, to: String) throws(IOFailure) {
        try willMove(to)
        do throws(IOFailure) { try FileSystem.moveNew(from, to: to) } catch {
            guard error.isAlreadyThere, FileIdentity.isSame(from, to) else { throw error }
            try FileSystem.removeFile(from)
        }
    }

    private func sync(_ directories: String...) throws(IOFailure) {
        if !syncs { return }
        for directory in directories { try FileSystem.syncDirectory(directory) }
    }
}
