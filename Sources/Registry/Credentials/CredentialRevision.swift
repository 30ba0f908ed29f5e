internal import ByteIO

/// A file of credentials gets new bytes: the whole of them or none, for its owner's eyes alone, while no neighbour of ours
/// does the same. A link to it stays a link.
struct CredentialRevision {
    private let path: String
    private let form: CredentialFile.Form

    init(_ path: String, _ form: CredentialFile.Form = .current) {
        self.path = path
        self.form = form
    }

    func apply(
        _ change: (CredentialFile, [UInt8]) throws(CredentialError) -> [UInt8]
    ) throws(CredentialError) {
        do {
            let path = try real()
            let directory = FileSystem.parent(of: path)
            try FileSystem.makeDirectories(directory, permissions: 0o700)
            // The directory, because the file itself is another one after every change.
            let lock = try PathLock(directory)
            defer { _ = lock }
            var before: [UInt8]?
            do throws(IOFailure) { before = try SmallInput.bytes(of: path, limit: CredentialFile.limit) } catch {
                guard error.isAbsence else { throw error }
            }
            let file = try CredentialFile(before ?? [], path: self.path, form: form)
            let after = try change(file, before ?? [])
            if after != before { try replace(path, with: after, in: directory) }
        } catch let error as CredentialError { throw error } catch let error as IOFailure { throw .io(error) } catch {
            throw .malformed(path: path, member: "")
        }
    }

    /// Behind all links; the place where they lead must be there.
    private func real() throws(IOFailure) -> String {
        guard FileSystem.isLink(path) else { return path }
        if let obstacle = FileSystem.obstacle(at: path) { throw obstacle }
        guard FileSystem.kind(of: path) != nil else { throw IOFailure(.open, path, .system(IOFailure.noSuchFile)) }
        return FileSystem.resolved(path)
    }

    private func replace(_ path: String, with bytes: [UInt8], in directory: String) throws(IOFailure) {
        let name = FileSystem.name(of: path)
        let staging = try StagingDirectory(in: directory, for: name, destination: path)
        defer { staging.discard() }
        let staged = "\(staging.path)/\(name)"
        // Who has made it still stricter meant it.
        let permissions = (FileSystem.permissions(of: path) ?? 0o600) & 0o600
        try StagedFile.write(bytes, to: staged, permissions: permissions, sync: true)
        FileSystem.copyOwner(of: path, to: staged)
        try staging.publish { () throws(IOFailure) in try FileSystem.move(staged, to: path) }
        try FileSystem.syncDirectory(directory)
    }
}
