internal import ByteIO
internal import ImageModel

/// A credential file: docker's config.json, podman's auth.json, or the legacy .dockercfg, which holds only the `auths`.
///
/// Entries are parsed when they are looked up, so a malformed entry affects its own registry only.
struct CredentialFile: Sendable {
    enum Form: Sendable, Equatable { case current, legacy }

    /// A helper that the file names for a registry.
    struct Helper: Equatable, Sendable {
        let name: String
        /// The name of the registry in the helper.
        let server: String
        /// Whether the helper serves all registries (`credsStore`), not this one by name (`credHelpers`).
        let isDefault: Bool
    }

    static let limit = 4 << 20

    let path: String
    private let root: JSONValue?
    private let form: Form

    /// Parses a file. An empty file has no credentials.
    init(_ bytes: [UInt8], path: String, form: Form) throws(CredentialError) {
        self.path = path
        self.form = form
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) {
            root = nil
            return
        }
        do { root = try JSONDocument(parsing: bytes).root } catch { throw .notJSON(path: path, error) }
        guard root?.kind == .object else { throw .malformed(path: path, member: "") }
    }

    /// Reads and parses a file; `nil` if it does not exist.
    init?(reading path: String, form: Form) throws(CredentialError) {
        guard let bytes = try Self.bytes(ifPresentAt: path) else { return nil }
        try self.init(bytes, path: path, form: form)
    }

    static func bytes(ifPresentAt path: String) throws(CredentialError) -> [UInt8]? {
        do { return try ConfigurationFile.credentialBytes(of: path, limit: limit) } catch {
            if case .io(let failure) = error, failure.isAbsence { return nil }
            throw error
        }
    }

    /// The credential in `auths`: of the longest matching part of the repository name, else of the registry.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential? {
        let entries = try entries()
        for name in RegistryKey.names(of: repository) {
            for (key, entry) in entries where key == name {
                if let found = try CredentialEntry.credential(entry, key: key, path: path) { return found }
            }
        }
        let host = RegistryKey.canonical(repository.domain.lowercased())
        for (key, entry) in entries where RegistryKey.host(of: key) == host {
            if let found = try CredentialEntry.credential(entry, key: key, path: path) { return found }
        }
        return nil
    }

    /// The keys that stand for the whole registry `host`.
    func keys(for host: String) throws(CredentialError) -> [String] {
        try entries().map(\.key).filter { RegistryKey.host(of: $0) == RegistryKey.canonical(host.lowercased()) }
    }

    /// Whether the file is empty.
    var isBlank: Bool { root == nil }

    var isLegacy: Bool { form == .legacy }

    /// Whether the value of `key` is an object.
    func hasEntry(_ key: String) -> Bool { entry(key)?.kind == .object }

    /// Whether the entry of `key` has a credential. A malformed entry counts as one.
    func hasCredential(_ key: String) -> Bool {
        guard let entry = entry(key) else { return false }
        do { return try CredentialEntry.credential(entry, key: key, path: path) != nil } catch { return true }
    }

    private func entry(_ key: String) -> JSONValue? { form == .current ? root?["auths"]?[key] : root?[key] }

    /// The helper for `host`, which takes precedence over the entries of the file; `nil` if there is none.
    func helper(for host: String) throws(CredentialError) -> Helper? {
        guard form == .current else { return nil }
        let host = RegistryKey.canonical(host.lowercased())
        for (key, value) in try members("credHelpers") where RegistryKey.host(of: key) == host {
            guard let name = value.string else { throw .malformed(path: path, member: "credHelpers") }
            // docker writes an empty name for no helper.
            if !name.isEmpty { return Helper(name: name, server: key, isDefault: false) }
        }
        guard let store = root?["credsStore"], !store.isNull else { return nil }
        guard let name = store.string else { throw .malformed(path: path, member: "credsStore") }
        if name.isEmpty { return nil }
        let server = host == ImageName.defaultDomain ? RegistryKey.dockerHub : host
        return Helper(name: name, server: server, isDefault: true)
    }

    private func entries() throws(CredentialError) -> [(key: String, value: JSONValue)] {
        form == .current ? try members("auths") : root?.members ?? []
    }

    private func members(_ name: String) throws(CredentialError) -> [(key: String, value: JSONValue)] {
        guard let value = root?[name], !value.isNull else { return [] }
        guard value.kind == .object else { throw .malformed(path: path, member: name) }
        return value.members
    }
}

/// Parses one entry of `auths`.
enum CredentialEntry {
    /// The credential of an entry; `nil` if it is empty, as docker writes it beside a helper.
    static func credential(_ entry: JSONValue, key: String, path: String) throws(CredentialError) -> Credential? {
        guard entry.kind == .object else {
            if entry.isNull { return nil }
            throw .malformedEntry(path: path, key: key)
        }
        if let token = text("identitytoken", entry) { return .identityToken(token) }
        if let token = text("registrytoken", entry) { return .bearer(token) }
        if let auth = text("auth", entry) {
            guard let found = basic(auth) else { throw .malformedEntry(path: path, key: key) }
            return found
        }
        guard let user = text("username", entry), let password = text("password", entry) else { return nil }
        return .basic(user: user, password: password)
    }

    /// Decodes `user:password`, split at the first colon. Removes NULs at the end (old versions of docker pad with them)
    /// and ignores line ends, as docker does.
    private static func basic(_ auth: String) -> Credential? {
        let digits = auth.unicodeScalars.filter { $0 != "\n" && $0 != "\r" }
        guard let bytes = Base64.bytes(String(String.UnicodeScalarView(digits))),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0
        else { return nil }
        var password = bytes[(colon + 1)...]
        while password.last == 0 { password.removeLast() }
        guard let user = String(validating: bytes[..<colon], as: UTF8.self),
            let password = String(validating: password, as: UTF8.self)
        else { return nil }
        return .basic(user: user, password: password)
    }

    private static func text(_ name: String, _ entry: JSONValue) -> String? {
        entry[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
