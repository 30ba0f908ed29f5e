internal import ByteIO
internal import ImageModel

/// Edits the bytes of a credential file. All bytes outside the changed entries stay the same.
enum CredentialEdit {
    /// The content of a registry's entry.
    enum Entry {
        /// `user:password` in base64.
        case plain(String)
        /// An empty entry: a helper has the password. docker writes the same.
        case inHelper
    }

    private static let secrets = ["identitytoken", "registrytoken", "username", "password"]

    /// Sets the entries of all `keys` to `entry` and removes other secrets from them.
    static func setting(
        _ keys: [String], to entry: Entry, in file: CredentialFile, _ bytes: [UInt8]
    ) throws(CredentialError) -> [UInt8] {
        guard !file.isBlank else { return newFile(keys, entry) }
        var changes: [JSONChange] = []
        for key in keys {
            let path: [JSONStep] = [.key("auths"), .key(key)]
            let exists = file.hasEntry(key)
            switch entry {
            case .plain(let auth) where exists: changes.append(JSONChange(path + [.key("auth")], to: .string(auth)))
            case .plain(let auth): changes.append(JSONChange(path, to: ["auth": .string(auth)]))
            case .inHelper where exists: changes.append(JSONChange(path + [.key("auth")], to: nil))
            case .inHelper: changes.append(JSONChange(path, to: .object([JSONText.Member]())))
            }
            if exists { changes += secrets.map { JSONChange(path + [.key($0)], to: nil) } }
        }
        return try applying(changes, to: bytes, file.path)
    }

    static func removing(
        _ keys: [String], from file: CredentialFile, _ bytes: [UInt8]
    ) throws(CredentialError) -> [UInt8] {
        let parent: [JSONStep] = file.isLegacy ? [] : [.key("auths")]
        return try applying(keys.map { JSONChange(parent + [.key($0)], to: nil) }, to: bytes, file.path)
    }

    private static func applying(
        _ changes: [JSONChange], to bytes: [UInt8], _ path: String
    ) throws(CredentialError) -> [UInt8] {
        do { return try JSONEdit.applying(changes, to: bytes) } catch {
            if case .malformed(let error) = error { throw .notJSON(path: path, error) }
            throw .malformed(path: path, member: "auths")
        }
    }

    /// A new file in the form that docker and podman write.
    private static func newFile(_ keys: [String], _ entry: Entry) -> [UInt8] {
        var text = "{\n\t\"auths\": {\n"
        text += keys.map { key in
            let name = String(decoding: JSONText.string(key).bytes, as: UTF8.self)
            guard case .plain(let auth) = entry else { return "\t\t\(name): {}" }
            return "\t\t\(name): {\n\t\t\t\"auth\": \"\(auth)\"\n\t\t}"
        }.joined(separator: ",\n")
        return Array((text + "\n\t}\n}\n").utf8)
    }
}

extension CredentialFile {
    /// Replaces the bytes of the file at `path` with the result of `change`, atomically and under a lock.
    ///
    /// Creates the file if it is absent. Afterwards only the owner can read the file, also if its bytes stay the same. A
    /// symbolic link stays a link.
    static func update(
        _ path: String, form: Form = .current, _ change: (CredentialFile, [UInt8]) throws(CredentialError) -> [UInt8]
    ) throws(CredentialError) {
        let target: String
        let lock: PathLock
        do {
            target = try linkTarget(path)
            let directory = FileSystem.parent(of: target)
            try FileSystem.makeDirectories(directory, permissions: 0o700)
            // Locks the directory, because every change replaces the file.
            lock = try PathLock(directory)
        } catch { throw .io(error) }
        defer { _ = lock }
        let before = try bytes(ifPresentAt: target)
        let after = try change(try CredentialFile(before ?? [], path: path, form: form), before ?? [])
        if after == before, FileSystem.permissions(of: target).map({ $0 & 0o077 }) == 0 {
            removeLeftovers(beside: target)
            return
        }
        do { try replace(target, with: after) } catch { throw .io(error) }
    }

    /// Removes the copies of passwords that killed runs have left.
    static func removeLeftovers(beside path: String) {
        StagingDirectory.removeLeftovers(beside: FileSystem.resolved(path))
    }

    /// The path behind all symbolic links. Throws if the target of a link does not exist.
    private static func linkTarget(_ path: String) throws(IOFailure) -> String {
        guard try FileSystem.isPresentLink(path) else { return path }
        guard try FileSystem.presentKind(of: path) != nil else {
            throw IOFailure(.open, path, .system(IOFailure.noSuchFile))
        }
        return FileSystem.resolved(path)
    }

    private static func replace(_ path: String, with bytes: [UInt8]) throws(IOFailure) {
        let (directory, name) = (FileSystem.parent(of: path), FileSystem.name(of: path))
        let staging = try StagingDirectory(in: directory, for: name, destination: path)
        defer { staging.discard() }
        let staged = "\(staging.path)/\(name)"
        // Stricter permissions of the old file are kept.
        let permissions = (FileSystem.permissions(of: path) ?? 0o600) & 0o600
        try StagedFile.write(bytes, to: staged, permissions: permissions, sync: true)
        FileSystem.copyOwner(of: path, to: staged)
        try staging.publish { () throws(IOFailure) in try FileSystem.move(staged, to: path) }
        // The new file is in its place: a failing flush changes nothing about that.
        try? FileSystem.syncDirectory(directory)
    }
}
