package import ByteIO
package import ImageModel

/// Changes single files of a directory of images. New files come first, when nothing refers to them. Then the lists
/// that refer to them are replaced by rename. Files to which nothing refers any more are removed last. After a kill
/// between two steps each list leads to the complete old image or to the complete new one. If the lists differ, a
/// journal is beside them, and the next change of the directory finishes this one first.
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

    /// Waits while another program changes the directory. To be made before the directory is read.
    package init(_ path: String) throws(IOFailure) {
        self.path = FileSystem.resolved(path)
        typed = path
        lock = try PathLock(self.path)
        for name in try FileSystem.entries(of: self.path) where name.hasPrefix(".\(Self.stagingName).ocimerge-") {
            try RevisionJournal(in: "\(self.path)/\(name)").finish(self.path)
        }
        // Also if nothing is left to change: the last run may have been killed while it cleaned up.
        StagingDirectory.removeLeftovers(in: self.path, for: Self.stagingName)
        // Of runs that made or replaced the directory.
        StagingDirectory.removeLeftovers(beside: self.path)
    }

    private static let stagingName = "inside"

    /// An edit that keeps the name of its file counts as one of a list. Returns why old files or staging, which nothing
    /// needs, could not be removed.
    package func write(_ edits: [Edit], adding layers: [AddedLayer] = []) throws(SinkError) -> [IOFailure] {
        let staging = try sinking { () throws(IOFailure) in
            try StagingDirectory(in: path, for: Self.stagingName, destination: typed)
        }
        let lists = edits.filter { $0.newName == $0.name }
        let journal = lists.count > 1 ? RevisionJournal(in: staging.path) : nil
        var changed = 0
        do throws(SinkError) {
            try staging.reporting(as: typed) { () throws(SinkError) in
                for (number, edit) in edits.enumerated() { try stage(edit, as: staged(number, staging)) }
                let layers = try staged(layers, in: staging)
                try sinking { () throws(IOFailure) in
                    try journal?.draft(lists)
                    try staging.publish { () throws(IOFailure) in
                        try publish(edits, layers, staging, journal, &changed)
                    }
                }
            }
        } catch {
            // Begun but not finished: the journal stays for the next run.
            if changed == 0 || changed == lists.count { staging.discard() }
            throw error
        }
        defer { staging.discard() }
        // Old files stay if the flush fails: a power cut may bring back the lists that lead to them.
        try UnflushedResult.flush(folders(of: edits))
        var left: [IOFailure] = []
        for edit in edits where edit.kind != .addition && edit.newName != edit.name {
            do throws(IOFailure) { try FileSystem.removeFile(full(edit.name)) } catch { left.append(error) }
        }
        if let failure = staging.discard() { left.append(failure) }
        return left
    }

    private func folders(of edits: [Edit]) -> [String] {
        Set(edits.map { FileSystem.parent(of: full($0.newName)) }).sorted()
    }

    /// Removes files to which `list`, whose bytes these are, does not lead. Another program may have written that list. It
    /// is on the disk before the first file is removed, so that no list names a removed file after a power cut.
    package func remove(_ names: [String], beside list: String, _ bytes: [UInt8]) throws(SinkError) {
        guard try holds(list, bytes) else { throw .destination(.changed(path: path)) }
        if names.isEmpty { return }
        try sinking { () throws(IOFailure) in
            try FileSystem.syncFile(full(list))
            try FileSystem.syncDirectory(path)
            for name in names {
                try Interruption.check(.remove, path)
                try FileSystem.removeFile(full(name))
                Interruption.noteLastingPart()
            }
        }
        try UnflushedResult.flush(Set(names.map { FileSystem.parent(of: full($0)) }).sorted())
    }

    /// The leftovers of killed runs in a directory, and beside it if they were to make or to replace it.
    package static func leftovers(of path: String) -> [String] {
        let path = FileSystem.resolved(path)
        return StagingDirectory.leftovers(in: path, for: stagingName)
            + StagingDirectory.leftovers(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
    }

    /// Writes the new file to the disk before anything refers to it, with the permissions of the old one.
    private func stage(_ edit: Edit, as staged: String) throws(SinkError) {
        guard try holds(edit.name, edit.before), try edit.kind == .removal ? holds(edit.newName, edit.after) : true
        else {
            throw .destination(.changed(path: path))
        }
        if edit.kind == .removal { return }
        try sinking { () throws(IOFailure) in
            try StagedFile.write(edit.after, to: staged, sync: true)
            try FileSystem.copyPermissions(of: full(edit.name), to: staged)
        }
    }

    private func holds(_ name: String, _ bytes: [UInt8]) throws(SinkError) -> Bool {
        try sinking { () throws(IOFailure) in
            try DirectoryRoot(path: path).open(name)?.bytes(at: 0, count: bytes.count + 1) == bytes
        }
    }

    /// Short enough for a signal to wait. Until a list is changed, a failure takes everything back.
    private func publish(
        _ edits: [Edit], _ layers: [StagedLayer], _ staging: StagingDirectory, _ journal: RevisionJournal?,
        _ changed: inout Int
    ) throws(IOFailure) {
        var placed: [String] = []
        do throws(IOFailure) {
            for layer in layers {
                let isNew = try !FileSystem.isPresent(layer.place)
                try FileSystem.move(layer.staged, to: layer.place)
                if isNew { placed.append(layer.place) }
            }
            for folder in Set(layers.map { FileSystem.parent(of: $0.place) }) { try FileSystem.syncDirectory(folder) }
            for (number, edit) in edits.enumerated() where edit.kind != .removal && edit.newName != edit.name {
                let isNew = try !FileSystem.isPresent(full(edit.newName))
                try FileSystem.move(staged(number, staging), to: full(edit.newName))
                if isNew { placed.append(full(edit.newName)) }
            }
            for folder in folders(of: edits) { try FileSystem.syncDirectory(folder) }
            try journal?.begin()
            for (number, edit) in edits.enumerated() where edit.newName == edit.name {
                try FileSystem.move(staged(number, staging), to: full(edit.newName))
                changed += 1
            }
        } catch {
            if changed == 0 { for file in placed { FileSystem.removeNew(file) } }
            throw error
        }
    }

    /// A new layer on the disk, and the name that it gets.
    private struct StagedLayer {
        let staged: String
        let place: String
    }

    /// Copies layers to the disk, and verifies them on the way. A file of that name may be damaged, so it is replaced.
    private func staged(_ layers: [AddedLayer], in staging: StagingDirectory) throws(SinkError) -> [StagedLayer] {
        var new: [StagedLayer] = []
        var buffer = [UInt8](repeating: 0, count: transferSize)
        for layer in layers {
            let found = StagedLayer(
                staged: "\(staging.path)/layer-\(new.count)", place: full(LayoutPath(layer.digest).description))
            try sinking { () throws(IOFailure) in
                try FileSystem.makeDirectories(FileSystem.parent(of: found.place))
            }
            try CopyCrew.assisted(by: 1) { (crew) throws(SinkError) in
                try Self.copy(layer.blob, to: found.staged, crew, &buffer)
            }
            new.append(found)
        }
        return new
    }

    private static func copy(
        _ blob: WritePlan.Blob, to place: String, _ crew: CopyCrew, _ buffer: inout [UInt8]
    ) throws(SinkError) {
        let file = try sinking { () throws(IOFailure) in try StagedFile(creating: place) }
        try blob.copy(to: file, crew: crew, buffer: &buffer) { _ in }
        do throws(IOFailure) { try file.finish(sync: true) } catch { throw .io(error) }
    }

    private func staged(_ number: Int, _ staging: StagingDirectory) -> String { "\(staging.path)/\(number)" }

    private func full(_ name: String) -> String { "\(path)/\(name)" }
}
