internal import ByteIO

extension StagedArchive {
    /// Moves the volumes to their places, the first one last: until then nothing there reads as an archive. With them comes
    /// the list that `sha256sum -c`, and every reader of ours, checks them by. Old volumes go before new ones come, so that
    /// no reader joins the two, and come back if that fails. The permissions of the old ones stay.
    func publish(_ volumes: VolumeFiles) throws(SinkError) {
        let name = FileSystem.name(of: target.path)
        let numbers = (1...max(1, volumes.sums.count)).map { ".\(Volumes.number($0))" }
        let list = zip(numbers, volumes.sums).map { "\($1)  \(name)\($0)\n" }.joined()
        try reporting { () throws(IOFailure) in
            try StagedFile.write(Array(list.utf8), to: path + Volumes.listSuffix, sync: syncs)
        }
        let suffixes = Array(numbers.dropFirst()) + [Volumes.listSuffix, numbers[0]]
        try locked { () throws(SinkError) in try exchange(suffixes) }
    }

    private func exchange(_ suffixes: [String]) throws(SinkError) {
        let old = try standingVolumes()
        for suffix in suffixes {
            let place = target.path + suffix
            let isThere = try reporting { () throws(IOFailure) in try FileSystem.isPresent(place) }
            if isThere, !old.contains(place) { throw .destination(.notOfVolumes(path: place)) }
            if let first = old.first {
                try reporting { () throws(IOFailure) in
                    try FileSystem.copyPermissions(of: first, to: path + suffix)
                }
            }
        }
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in
                try VolumeExchange(staging: staging.path, stem: target.path, syncs: syncs)
                    .run(replacing: old, suffixes)
            }
        } catch {
            if error.isAlreadyThere { throw .destination(.notOfVolumes(path: error.path)) }
            throw .io(error.moved(from: staging.path, to: target.path))
        }
    }

    /// Holds the lock of the directory in which the volumes stand. Their own names cannot be locked before they exist.
    func locked(_ body: () throws(SinkError) -> Void) throws(SinkError) {
        let lock = try reporting { () throws(IOFailure) in try PathLock(FileSystem.parent(of: target.path)) }
        defer { withExtendedLifetime(lock) {} }
        try body()
    }

    /// The volumes that may be removed, after the work of a killed run is finished.
    func standingVolumes() throws(SinkError) -> [String] {
        let (folder, name) = (FileSystem.parent(of: target.path), FileSystem.name(of: target.path))
        var leftover = ""
        do throws(IOFailure) {
            try StagingDirectory.forEachNeeded(in: folder, for: name) { (path) throws(IOFailure) in
                // A directory that was moved aside belongs to another kind of destination.
                if try FileSystem.isPresentDirectory("\(path)/\(StagingDirectory.asideName)") { return }
                leftover = path
                try VolumeExchange(staging: path, stem: target.path, syncs: true).finish()
            }
        } catch {
            if error.isAlreadyThere { throw .destination(.leftoverWaits(path: error.path, leftover: leftover)) }
            throw .io(error)
        }
        return try sinking { () throws(DestinationError) in try target.standingVolumes() }
    }
}
