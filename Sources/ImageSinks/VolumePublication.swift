internal import ByteIO

extension StagedArchive {
    /// The pieces take their places, the first one last: until then nothing there reads as an archive. With them comes
    /// the list by which `sha256sum -c`, and every reader of ours, knows them. Old pieces go before new ones come, so
    /// that nobody joins the one to the other.
    func publish(_ pieces: VolumeFiles) throws {
        let name = FileSystem.name(of: destination.path)
        let suffixes = (1...max(1, pieces.sums.count)).map { ".\(Volumes.number($0))" }
        let list = zip(suffixes, pieces.sums).map { "\($1)  \(name)\($0)\n" }.joined()
        try StagedFile.write(Array(list.utf8), to: path + Volumes.listSuffix, sync: syncs)
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in
                if destination.mode != .create {
                    for old in try Volumes.standing(destination.path) { try FileSystem.removeFile(old) }
                }
                try place(suffixes.dropFirst() + [Volumes.listSuffix, suffixes[0]])
            }
        } catch {
            throw error.isAlreadyThere ? DestinationError.archiveExists(path: error.path) : error
        }
        if syncs { try FileSystem.syncDirectory(FileSystem.parent(of: destination.path)) }
    }

    /// All of them or none, short of a kill.
    private func place(_ suffixes: [String]) throws(IOFailure) {
        var placed: [String] = []
        do throws(IOFailure) {
            for suffix in suffixes {
                try FileSystem.moveNew(path + suffix, to: destination.path + suffix)
                placed.append(destination.path + suffix)
            }
        } catch {
            for path in placed.reversed() { try? FileSystem.removeFile(path) }
            throw error
        }
    }
}
