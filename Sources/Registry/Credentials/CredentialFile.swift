internal import ByteIO
internal import ImageModel

/// docker's config.json, podman's auth.json, or the .dockercfg of old dockers, which is their `auths` alone. Only what
/// is asked for is looked at: what somebody else wrote for another registry disturbs nobody.
struct CredentialFile: Sendable {
    enum Form: Sendable, Equatable { case current, legacy }

    /// A helper, and the name under which it knows the registry.
    struct Helper: Equatable, Sendable {
        let name: String
        let server: String
        /// It is there for every registry, not for this one.
        let isDefault: Bool
    }

    static let limit = 4 << 20

    let path: String
    private let root: JSONValue?
    private let form: Form

    /// A file without a byte knows nobody.
    init(_ bytes: [UInt8], path: String, form: Form) throws(CredentialError) {
        self.path = path
        self.form = form
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) {
            root = nil
            return
        }
        do throws(JSONError) { root = try JSONDocument(parsing: bytes).root } catch {
            throw .notJSON(path: path, error)
        }
        guard root?.kind == .object else { throw .malformed(path: path, member: "") }
    }

    /// nil: nothing stands there.
    init?(reading path: String, form: Form) throws(CredentialError) {
        let bytes: [UInt8]
        do throws(IOFailure) { bytes = try SmallInput.bytes(of: path, limit: Self.limit) } catch {
            if error.isAbsence { return nil }
            throw .io(error)
        }
        try self.init(bytes, path: path, form: form)
    }

    /// What `auths` says: the longest part of the name first, then whatever means its registry.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential? {
        let entries = try entries()
        for name in RegistryKey.names(of: repository) {
            for (key, entry) in entries where key == name {
                if let found = try CredentialEntry.credential(entry, key: key, path: path) { return found }
            }
        }
        let host = RegistryKey.familiar(repository.domain.lowercased())
        for (key, entry) in entries where RegistryKey.host(of: key) == host {
            if let found = try CredentialEntry.credential(entry, key: key, path: path) { return found }
        }
        return nil
    }

    /// Every key that means the whole of a registry.
    func keys(for host: String) throws(CredentialError) -> [String] {
        try entries().map(\.key).filter { RegistryKey.host(of: $0) == RegistryKey.familiar(host.lowercased()) }
    }

    /// Nothing is written in it.
    var isBlank: Bool { root == nil }

    var isLegacy: Bool { form == .legacy }

    /// An object stands under that key.
    func hasEntry(_ key: String) -> Bool { entry(key)?.kind == .object }

    /// Something about us is said under that key.
    func says(_ key: String) -> Bool {
        guard let entry = entry(key) else { return false }
        // What cannot be understood is there all the same.
        do throws(CredentialError) { return try CredentialEntry.credential(entry, key: key, path: path) != nil } catch {
            return true
        }
    }

    private func entry(_ key: String) -> JSONValue? { form == .current ? root?["auths"]?[key] : root?[key] }

    /// The helper that is asked instead of the file.
    func helper(for host: String) throws(CredentialError) -> Helper? {
        guard form == .current else { return nil }
        let host = RegistryKey.familiar(host.lowercased())
        for (key, value) in try members("credHelpers") where RegistryKey.host(of: key) == host {
            guard let name = value.string else { throw .malformed(path: path, member: "credHelpers") }
            // docker writes an empty name for "none".
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

/// One entry of `auths`.
enum CredentialEntry {
    /// nil: it says nothing, as docker leaves it where a helper keeps the password.
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

    /// `user:password`, whose first colon counts. Old dockers filled it up with NULs; line ends are passed over as docker
    /// does.
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
