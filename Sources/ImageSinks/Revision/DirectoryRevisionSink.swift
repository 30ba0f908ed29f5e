package import ByteIO

/// Changes single files of a directory of images. New files come first and nobody refers to them yet; the lists that do
/// are replaced by rename, and only then what nothing refers to any more is removed. A kill between two steps leaves
/// to the reader of each list the old image or the new one, whole. Where one list says the new and another the old, a
/// journal stands beside them, and the next change of the directory begins with finishing this one.
package final class DirectoryRevisionSink {
    package struct Edit: Sendable {
        let name: String
        let newName: String
        let before: [UInt8]
        let after: [UInt8]
        let kind: TarEdit.Kind

        package init(name: String, newName: String, before: [UInt8], after: [UInt8], kind: TarEdit.Kind) {
            self.name = name
            self.newName = newName
            self.before = before
            self.after = after
            self.kind = kind
        }
    }

    private let path: String
    /// With its links.
    private let typed: String
    private let lock: PathLock

    /// Waits for whoever changes the directory now. To be made before the directory is read.
    package init(_ path: String) throws {
        self.path = FileSystem.resolved(path)
        typed = path
        lock = try PathLock(self.path)
        for name in try FileSystem.entries(of: self.path) where name.hasPrefix(".\(Self.stagingName).ocimerge-") {
            try RevisionJournal(in: "\(self.path)/\(name)").finish(self.path)
        }
        // Also where nothing is left to change: a kill may have come while the last run cleaned up.
        StagingDirectory.removeLeftovers(in: self.path, for: Self.stagingName)
    }

    private static let stagingName = "inside"

    /// What replaces a file under its own name counts as a list.
    package func write(_ edits: [Edit]) throws {
        let staging = try StagingDirectory(in: path, for: Self.stagingName, destination: typed)
        let lists = edits.filter { $0.newName == $0.name }
        let journal = lists.count > 1 ? RevisionJournal(in: staging.path) : nil
        var changed = 0
        do {
            for (number, edit) in edits.enumerated() { try stage(edit, as: staged(number, staging)) }
            try journal?.draft(lists)
            try staging.publish { () throws(IOFailure) in try publish(edits, staging, journal, &changed) }
        } catch {
            // Begun and not ended: the journal stays for the next run.
            if changed == 0 || changed == lists.count { staging.discard() }
            throw staging.named(error, as: typed)
        }
        defer { staging.discard() }
        for edit in edits where edit.kind != .addition && edit.newName != edit.name {
            try FileSystem.removeFile(full(edit.name))
        }
    }

    /// Removes files to which `list`, whose bytes these are, does not lead. That list, which others may have written, is on
    /// the disk before the first of them goes: a power cut brings none back that names something that is gone.
    package func remove(_ names: [String], beside list: String, _ bytes: [UInt8]) throws {
        guard try holds(list, bytes) else { throw DestinationError.changed(path: path) }
        if names.isEmpty { return }
        try FileSystem.syncFile(full(list))
        try FileSystem.syncDirectory(path)
        for name in names {
            try Interruption.check(.remove, path)
            try FileSystem.removeFile(full(name))
        }
        for folder in Set(names.map { FileSystem.parent(of: full($0)) }) { try FileSystem.syncDirectory(folder) }
    }

    /// What killed runs left of their work in a directory, and beside it where they were to replace or to make it.
    package static func leftovers(of path: String) -> [String] {
        let path = FileSystem.resolved(path)
        return StagingDirectory.leftovers(in: path, for: stagingName)
            + StagingDirectory.leftovers(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
    }

    /// Those in it went when this was made.
    package func removeLeftoversBeside() {
        StagingDirectory.removeLeftovers(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
    }

    /// On the disk before anything refers to it, with the permissions of what it stands for.
    private func stage(_ edit: Edit, as staged: String) throws {
        guard try holds(edit.name, edit.before), try edit.kind != .removal || holds(edit.newName, edit.after) else {
            throw DestinationError.changed(path: path)
        }
        if edit.kind == .removal { return }
        try StagedFile.write(edit.after, to: staged, sync: true)
        try FileSystem.copyPermissions(of: full(edit.name), to: staged)
    }

    private func holds(_ name: String, _ bytes: [UInt8]) throws(IOFailure) -> Bool {
        try DirectoryRoot(path: path).open(name)?.bytes(at: 0, count: bytes.count + 1) == bytes
    }

    /// Short enough for a signal to wait. As long as no list is changed, a failure takes everything back.
    private func publish(
        _ edits: [Edit], _ staging: StagingDirectory, _ journal: RevisionJournal?, _ changed: inout Int
    ) throws(IOFailure) {
        var placed: [String] = []
        do throws(IOFailure) {
            for (number, edit) in edits.enumerated() where edit.kind != .removal && edit.newName != edit.name {
                let isNew = !FileSystem.exists(full(edit.newName))
                try FileSystem.move(staged(number, staging), to: full(edit.newName))
                if isNew { placed.append(full(edit.newName)) }
            }
            for folder in Set(edits.map { FileSystem.parent(of: full($0.newName)) }) {
                try FileSystem.syncDirectory(folder)
            }
            try journal?.begin()
            for (number, edit) in edits.enumerated() where edit.newName == edit.name {
                try FileSystem.move(staged(number, staging), to: full(edit.newName))
                changed += 1
            }
        } catch {
            if changed == 0 { for file in placed { try? FileSystem.removeFile(file) } }
            throw error
        }
        for folder in Set(edits.map { FileSystem.parent(of: full($0.newName)) }) {
            try FileSystem.syncDirectory(folder)
        }
    }

    private func staged(_ number: Int, _ staging: StagingDirectory) -> String { "\(staging.path)/\(number)" }

    private func full(_ name: String) -> String { "\(path)/\(name)" }
}
