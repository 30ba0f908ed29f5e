package import ByteIO

/// Changes single files of a directory of images. New files come first and nobody refers to them yet; the lists that do
/// are replaced by rename, and only then what nothing refers to any more is removed. A kill between two steps leaves
/// the old image or the new one, whole.
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
    private let lock: DirectoryLock

    /// Waits for whoever changes the directory now. To be made before the directory is read.
    package init(_ path: String) throws(IOFailure) {
        self.path = FileSystem.resolved(path)
        lock = try DirectoryLock(self.path)
    }

    /// The lists by which everything is found come last in `edits`.
    package func write(_ edits: [Edit]) throws {
        let staging = try StagingDirectory(in: path, for: "inside")
        defer { staging.discard() }
        do {
            for (number, edit) in edits.enumerated() where edit.kind != .removal {
                try stage(edit, as: staged(number, staging))
            }
            for (number, edit) in edits.enumerated() where edit.kind != .removal && edit.newName != edit.name {
                try FileSystem.move(staged(number, staging), to: full(edit.newName))
            }
            for folder in Set(edits.map { FileSystem.parent(of: full($0.newName)) }) {
                try FileSystem.syncDirectory(folder)
            }
            try staging.publish { () throws(IOFailure) in
                for (number, edit) in edits.enumerated() where edit.newName == edit.name {
                    try FileSystem.move(staged(number, staging), to: full(edit.newName))
                }
            }
            try FileSystem.syncDirectory(path)
            for edit in edits where edit.kind != .addition && edit.newName != edit.name {
                try FileSystem.removeFile(full(edit.name))
            }
        } catch let failure as IOFailure where failure.path.hasPrefix(staging.path) {
            throw IOFailure(failure.operation, path, failure.cause)
        }
    }

    /// On the disk before anything refers to it, with the permissions of what it stands for.
    private func stage(_ edit: Edit, as staged: String) throws {
        guard try DirectoryRoot(path: path).open(edit.name)?.bytes(at: 0, count: edit.before.count + 1) == edit.before
        else { throw DestinationError.changed(path: path) }
        try StagedFile.write(edit.after, to: staged, sync: true)
        try FileSystem.copyPermissions(of: full(edit.name), to: staged)
    }

    private func staged(_ number: Int, _ staging: StagingDirectory) -> String { "\(staging.path)/\(number)" }

    private func full(_ name: String) -> String { "\(path)/\(name)" }
}
