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
