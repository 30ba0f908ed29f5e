internal import ByteIO

extension StagedArchive {
    /// The pieces take their places, the first one last: until then nothing there reads as an archive. With them comes
    /// the list by which `sha256sum -c`, and every reader of ours, knows them. Old pieces go before new ones come, so
    /// that nobody joins the one to the other, and come back where that fails. Who may read the old ones may read the new.
    func publish(_ pieces: VolumeFiles) throws {
        let name = FileSystem.name(of: destination.path)
        let numbers = (1...max(1, pieces.sums.count)).map { ".\(Volumes.number($0))" }
        let list = zip(numbers, pieces.sums).map { "\($1)  \(name)\($0)\n" }.joined()
        try StagedFile.write(Array(list.utf8), to: path + Volumes.listSuffix, sync: syncs)
        let suffixes = Array(numbers.dropFirst()) + [Volumes.listSuffix, numbers[0]]
        try locked {
            let old = try standingVolumes()
            for suffix in suffixes {
                let place = destination.path + suffix
                if FileSystem.exists(place), !old.contains(place) { throw DestinationError.notOfVolumes(path: place) }
                if let first = old.first { try FileSystem.copyPermissions(of: first, to: path + suffix) }
            }
            do throws(IOFailure) {
                try staging.publish { () throws(IOFailure) in
                    try VolumeExchange(staging: staging.path, stem: destination.path, syncs: syncs)
                        .run(replacing: old, suffixes)
                }
            } catch {
                throw error.isAlreadyThere ? DestinationError.notOfVolumes(path: error.path) : error
            }
        }
    }

    /// Alone with the directory in which the volumes stand, whose names no other lock could hold before they are there.
    func locked(_ body: () throws -> Void) throws {
        let lock = try PathLock(FileSystem.parent(of: destination.path))
        defer { withExtendedLifetime(lock) {} }
        try body()
    }

    /// What may go, after what a killed run has left undone is done.
    func standingVolumes() throws -> [String] {
        let (folder, name) = (FileSystem.parent(of: destination.path), FileSystem.name(of: destination.path))
        var leftover = ""
        do throws(IOFailure) {
            try StagingDirectory.forEachNeeded(in: folder, for: name) { (path) throws(IOFailure) in
                leftover = path
                try VolumeExchange(staging: path, stem: destination.path, syncs: true).finish()
            }
        } catch {
            throw error.isAlreadyThere ? DestinationError.leftoverWaits(path: error.path, leftover: leftover) : error
        }
        return try destination.standingVolumes()
    }
}
