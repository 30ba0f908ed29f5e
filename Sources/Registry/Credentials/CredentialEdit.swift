internal import ByteIO
internal import ImageModel

/// Changes to a file of credentials, as bytes: every byte that says something else stays.
enum CredentialEdit {
    /// What the entry of a registry shall say.
    enum Entry {
        /// `user:password`, already encoded.
        case plain(String)
        /// Nothing: a helper knows it. docker leaves an empty entry to say so.
        case kept
    }

    private static let secrets = ["identitytoken", "registrytoken", "username", "password"]

    /// The entries of all `keys` say `entry` and nothing secret beside it.
    static func setting(
        _ keys: [String], to entry: Entry, in file: CredentialFile, _ bytes: [UInt8]
    ) throws(CredentialError) -> [UInt8] {
        guard !file.isBlank else { return fresh(keys, entry) }
        var changes: [JSONChange] = []
        for key in keys {
            let place: [JSONStep] = [.key("auths"), .key(key)]
            let isThere = file.hasEntry(key)
            switch entry {
            case .plain(let auth) where isThere: changes.append(JSONChange(place + [.key("auth")], to: .string(auth)))
            case .plain(let auth): changes.append(JSONChange(place, to: ["auth": .string(auth)]))
            case .kept where isThere: changes.append(JSONChange(place + [.key("auth")], to: nil))
            case .kept: changes.append(JSONChange(place, to: .object([JSONText.Member]())))
            }
            if isThere { changes += secrets.map { JSONChange(place + [.key($0)], to: nil) } }
        }
        return try applying(changes, to: bytes, file.path)
    }

    static func removing(
        _ keys: [String], from file: CredentialFile, _ bytes: [UInt8]
    ) throws(CredentialError) -> [UInt8] {
        let folder: [JSONStep] = file.isLegacy ? [] : [.key("auths")]
        return try applying(keys.map { JSONChange(folder + [.key($0)], to: nil) }, to: bytes, file.path)
    }

    private static func applying(
        _ changes: [JSONChange], to bytes: [UInt8], _ path: String
    ) throws(CredentialError) -> [UInt8] {
        do throws(JSONEditError) { return try JSONEdit.applying(changes, to: bytes) } catch {
            if case .malformed(let error) = error { throw .notJSON(path: path, error) }
            throw .malformed(path: path, member: "auths")
        }
    }

    /// As docker and podman write it.
    private static func fresh(_ keys: [String], _ entry: Entry) -> [UInt8] {
        var text = "{\n\t\"auths\": {\n"
        text += keys.map { key in
            let name = String(decoding: JSONText.string(key).bytes, as: UTF8.self)
            guard case .plain(let auth) = entry else { return "\t\t\(name): {}" }
            return "\t\t\(name): {\n\t\t\t\"auth\": \"\(auth)\"\n\t\t}"
        }.joined(separator: ",\n")
        return Array((text + "\n\t}\n}\n").utf8)
    }
}

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
