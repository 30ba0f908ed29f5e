internal import ByteIO
internal import ImageModel

/// Stores and removes the credentials of registries, for `login` and `logout`, in the places of `CredentialPlaces`.
package struct CredentialStore: Sendable {
    /// The place that holds a password.
    package enum Location: Hashable, Sendable {
        /// A file with the unencrypted password, readable by its owner only.
        case file(String)
        case helper(String)
    }

    private let places: CredentialPlaces

    package init(_ places: CredentialPlaces) { self.places = places }

    /// The environment variable that has credentials for `host` and overrides all files; `nil` if there is none.
    package func overridingVariable(for host: String) throws(CredentialError) -> String? {
        guard let inline = try places.readInline(), try knows(host, inline) else { return nil }
        return inline.path
    }

    /// The place where `store` will put the credentials of `host`. Throws if that is impossible.
    package func location(for host: String) throws(CredentialError) -> Location { try target(host).location }

    /// Stores the credentials of `host` and returns their place.
    package func store(
        user: String, password: String, for host: String
    ) throws(CredentialError) -> Location {
        let target = try target(host)
        try target.helper?.store(target.server, user: user, password: password)
        let entry: CredentialEdit.Entry =
            target.helper == nil ? .plain(Base64.text(Array("\(user):\(password)".utf8))) : .inHelper
        try CredentialFile.update(target.path) { (file, bytes) throws(CredentialError) in
            let known = try file.keys(for: host)
            let keys = known.isEmpty ? [newKey(host, target.path)] : known
            return try CredentialEdit.setting(keys, to: entry, in: file, bytes)
        }
        return target.location
    }

    /// Removes the credentials of `host` everywhere and returns the places that had them. With `isDryRun` removes nothing.
    package func remove(_ host: String, isDryRun: Bool) throws(CredentialError) -> [Location] {
        var locations: [Location] = []
        for place in places.files {
            guard let file = try CredentialFile(reading: place.path, form: place.form) else { continue }
            let keys = try file.keys(for: host)
            let hasCredential = keys.contains(where: file.hasCredential)
            // The helper comes before the file: if the helper fails, the file still names the registry.
            if let helper = try file.helper(for: host) {
                let name = try erase(helper, of: file, hasEntry: !keys.isEmpty, isDryRun: isDryRun)
                if let name { locations.append(.helper(name)) }
            }
            guard !keys.isEmpty else {
                if !isDryRun { CredentialFile.removeLeftovers(beside: place.path) }
                continue
            }
            if hasCredential { locations.append(.file(place.path)) }
            guard !isDryRun else { continue }
            try CredentialFile.update(place.path, form: place.form) { (file, bytes) throws(CredentialError) in
                try CredentialEdit.removing(file.keys(for: host), from: file, bytes)
            }
        }
        return locations.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Erases the credentials in a helper. Returns the helper's full name; `nil` if it had none.
    private func erase(
        _ named: CredentialFile.Helper, of file: CredentialFile, hasEntry: Bool, isDryRun: Bool
    ) throws(CredentialError) -> String? {
        let helper: CredentialHelper
        do { helper = try CredentialHelper(named, of: file, in: places) } catch {
            // Without an entry in the file, a default helper that is not installed cannot have credentials.
            guard case .helperMissing = error, named.isDefault, !hasEntry else { throw error }
            return nil
        }
        // Most helpers report success for credentials that do not exist, so these are looked up first.
        guard try helper.get(named.server) != nil else { return nil }
        if isDryRun { return helper.name }
        return try helper.erase(named.server) ? helper.name : nil
    }

    /// The file that `store` changes, and the helper that it names.
    private struct Target {
        let path: String
        var helper: CredentialHelper?
        /// The name of the registry in the helper.
        var server = ""

        var location: Location { helper.map { .helper($0.name) } ?? .file(path) }
    }

    private func target(_ host: String) throws(CredentialError) -> Target {
        guard let path = try overridingFile(host) ?? places.loginFile else { throw .noPlace }
        guard let file = try CredentialFile(reading: path, form: .current), let named = try file.helper(for: host)
        else { return Target(path: path) }
        return Target(path: path, helper: try CredentialHelper(named, of: file, in: places), server: named.server)
    }

    /// The file that has credentials for `host` and precedes the login file, whose entry would be ignored; `nil` if there
    /// is none.
    private func overridingFile(_ host: String) throws(CredentialError) -> String? {
        for place in places.files {
            if place.path == places.loginFile { return nil }
            guard place.form == .current, let file = try CredentialFile(reading: place.path, form: place.form),
                try knows(host, file)
            else { continue }
            return place.path
        }
        return nil
    }

    /// Whether a look-up of `host` ends at this file, with a credential or an error.
    private func knows(_ host: String, _ file: CredentialFile) throws(CredentialError) -> Bool {
        if try file.keys(for: host).contains(where: file.hasCredential) { return true }
        guard let named = try file.helper(for: host) else { return false }
        if !named.isDefault { return true }
        do { return try CredentialHelper(named, of: file, in: places).get(named.server) != nil } catch {
            // A look-up ignores a default helper that is not installed.
            guard case .helperMissing = error else { throw error }
            return false
        }
    }

    /// The key of a new entry. docker looks for its own registry under one name only, and podman under another.
    private func newKey(_ host: String, _ path: String) -> String {
        let isDockers = places.loginFileIsDockers && path == places.loginFile
        return host == ImageName.defaultDomain && isDockers ? RegistryKey.dockerHub : host
    }
}
