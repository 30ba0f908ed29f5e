internal import ByteIO
internal import ImageModel

/// What `login` and `logout` do to the files and helpers that `CredentialPlaces` names.
package struct CredentialKeeping: Sendable {
    /// Who keeps a password.
    package enum Keeper: Hashable, Sendable {
        /// Unencrypted, readable by its owner alone.
        case file(String)
        case helper(String)
    }

    private let places: CredentialPlaces

    package init(_ places: CredentialPlaces) { self.places = places }

    /// What is asked before every file, cannot be written, and knows `host`: whatever is kept for it, nobody will ask for.
    package func obstacle(for host: String) throws(CredentialError) -> String? {
        guard let inline = try places.readInline(), try Self.knows(host, inline, places) else { return nil }
        return inline.path
    }

    /// Who will keep the credentials of `host`. Throws what would keep it from doing so.
    package func keeper(for host: String) throws(CredentialError) -> Keeper {
        let (path, helper) = try target(host)
        return helper.map { .helper($0.helper.name) } ?? .file(path)
    }

    package func keep(
        user: String, password: String, for host: String
    ) throws(CredentialError) -> Keeper {
        let (path, helper) = try target(host)
        try helper?.helper.store(helper?.server ?? host, user: user, password: password)
        let entry: CredentialEdit.Entry =
            helper == nil ? .plain(Base64.text(Array("\(user):\(password)".utf8))) : .kept
        try CredentialRevision(path).apply { (file, bytes) throws(CredentialError) in
            let known = try file.keys(for: host)
            return try CredentialEdit.setting(known.isEmpty ? [newKey(host, path)] : known, to: entry, in: file, bytes)
        }
        return helper.map { .helper($0.helper.name) } ?? .file(path)
    }

    /// Everybody who kept them, and keeps them no more; with `isDryRun`, who would not any more.
    package func forget(_ host: String, isDryRun: Bool) throws(CredentialError) -> [Keeper] {
        var keepers: [Keeper] = []
        for place in places.files {
            guard let file = try CredentialFile(reading: place.path, form: place.form) else { continue }
            let keys = try file.keys(for: host)
            let isKept = keys.contains(where: file.says)
            // Whom the helper knows is asked before anything goes: what it cannot do ends this with everything there.
            if let helper = try file.helper(for: host) {
                let name = try erase(helper, of: file, isMarked: !keys.isEmpty, isDryRun: isDryRun)
                if let name { keepers.append(.helper(name)) }
            }
            guard !keys.isEmpty else { continue }
            if isKept { keepers.append(.file(place.path)) }
            guard !isDryRun else { continue }
            try CredentialRevision(place.path, place.form).apply { (file, bytes) throws(CredentialError) in
                try CredentialEdit.removing(file.keys(for: host), from: file, bytes)
            }
        }
        return keepers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The helper's full name when it knew the registry.
    private func erase(
        _ named: CredentialFile.Helper, of file: CredentialFile, isMarked: Bool, isDryRun: Bool
    ) throws(CredentialError) -> String? {
        let helper: CredentialHelper
        do throws(CredentialError) {
            helper = try CredentialHelper(named: named.name, by: file.path, folders: places.folders)
        } catch {
            // Nothing says that it ever kept anything for this registry.
            guard case .helperMissing = error, named.isDefault, !isMarked else { throw error }
            return nil
        }
        // Most helpers erase what is not there without a word.
        guard try helper.get(named.server) != nil else { return nil }
        if isDryRun { return helper.name }
        return try helper.erase(named.server) ? helper.name : nil
    }

    private func target(
        _ host: String
    ) throws(CredentialError) -> (path: String, helper: (helper: CredentialHelper, server: String)?) {
        guard let path = try first(host) ?? places.written else { throw .noPlace }
        guard let named = try CredentialFile(reading: path, form: .current)?.helper(for: host) else {
            return (path, nil)
        }
        let helper = try CredentialHelper(named: named.name, by: path, folders: places.folders)
        return (path, (helper, named.server))
    }

    /// The file that knows `host` and is asked before the one where logins are kept, which would never be heard; nil:
    /// none.
    private func first(_ host: String) throws(CredentialError) -> String? {
        for place in places.files {
            if place.path == places.written { return nil }
            guard place.form == .current, let file = try CredentialFile(reading: place.path, form: place.form) else {
                continue
            }
            if try Self.knows(host, file, places) { return place.path }
        }
        return nil
    }

    /// Whoever asks that file about the registry gets an answer, right or wrong.
    private static func knows(
        _ host: String, _ file: CredentialFile, _ places: CredentialPlaces
    ) throws(CredentialError) -> Bool {
        if try file.keys(for: host).contains(where: file.says) { return true }
        guard let named = try file.helper(for: host) else { return false }
        if !named.isDefault { return true }
        do throws(CredentialError) {
            return try CredentialHelper(named: named.name, by: file.path, folders: places.folders).get(named.server)
                != nil
        } catch {
            // Passed over when credentials are looked for.
            guard case .helperMissing = error else { throw error }
            return false
        }
    }

    /// docker looks for its own registry under one name alone, podman under another.
    private func newKey(_ host: String, _ path: String) -> String {
        host == ImageName.defaultDomain && places.isDockers && path == places.written ? RegistryKey.dockerHub : host
    }
}
