internal import ByteIO

/// The old and the new content of files that belong together, though each takes its place by a rename of its own. It is
/// written before the first of them changes. The next run that changes the directory finishes an interrupted change.
struct RevisionJournal {
    private let staging: String
    private var path: String { staging + "/journal" }

    /// No larger file is written here.
    private static let sizeLimit: Int64 = 64 << 20

    init(in staging: String) { self.staging = staging }

    /// Has no effect before `begin`.
    func draft(_ edits: [DirectoryRevisionSink.Edit]) throws(IOFailure) {
        let draft = staging + "/draft"
        var folders: Set<String> = []
        for edit in edits {
            for (side, bytes) in [("old", edit.before), ("new", edit.after)] {
                let file = "\(draft)/\(side)/\(edit.name)"
                var folder = FileSystem.parent(of: file)
                try FileSystem.makeDirectories(folder)
                try StagedFile.write(bytes, to: file, sync: true)
                while folder != staging {
                    folders.insert(folder)
                    folder = FileSystem.parent(of: folder)
                }
            }
        }
        for folder in folders { try FileSystem.syncDirectory(folder) }
    }

    func begin() throws(IOFailure) {
        try FileSystem.move(staging + "/draft", to: path)
        try FileSystem.syncDirectory(staging)
    }

    /// Gives the files of `directory` that still have their old content the new one, if others have it already. If none has,
    /// or if another program has changed one of them since, everything stays. To be called under the lock of the directory;
    /// the staging directory is gone afterwards.
    func finish(_ directory: String) throws(IOFailure) {
        guard try FileSystem.isPresent(path) else { return }
        let due = try due(in: directory)
        for (number, (name, bytes)) in due.enumerated() {
            let staged = "\(staging)/finished-\(number)"
            try FileSystem.removeFile(staged)
            try StagedFile.write(bytes, to: staged, sync: true)
            try FileSystem.copyPermissions(of: "\(directory)/\(name)", to: staged)
            try FileSystem.move(staged, to: "\(directory)/\(name)")
        }
        for folder in Set(due.map { FileSystem.parent(of: "\(directory)/\($0.name)") }) {
            try FileSystem.syncDirectory(folder)
        }
        FileSystem.removeTree(staging)
    }

    private func due(in directory: String) throws(IOFailure) -> [(name: String, bytes: [UInt8])] {
        guard try FileSystem.isPresent(path + "/old"), try FileSystem.isPresent(path + "/new") else { return [] }
        let (old, new) = (try DirectoryRoot(path: path + "/old"), try DirectoryRoot(path: path + "/new"))
        let present = try DirectoryRoot(path: directory)
        let names = try new.names().map(\.name)
        var due: [(name: String, bytes: [UInt8])] = []
        for name in names {
            guard let before = try Self.bytes(name, old), let after = try Self.bytes(name, new),
                let now = try Self.bytes(name, present)
            else { return [] }
            if now == after { continue }
            guard now == before else { return [] }
            due.append((name, after))
        }
        return due.count < names.count ? due : []
    }

    private static func bytes(_ name: String, _ root: DirectoryRoot) throws(IOFailure) -> [UInt8]? {
        guard let file = try root.open(name), file.size <= sizeLimit else { return nil }
        return try file.bytes(at: 0, count: Int(file.size))
    }
}
