internal import ByteIO

/// The origin of one registry, and the rules that say which secrets may be sent where.
struct RegistryOrigin: Sendable {
    /// The name in image references; error messages show this name.
    let domain: String
    /// The address of `/v2/`.
    let base: WebAddress
    /// Whether the user allows registries without TLS.
    let allowsPlain: Bool

    func contains(_ address: WebAddress) -> Bool { base.hasSameOrigin(as: address) }

    /// Whether passwords may be sent: over TLS, over loopback, or if the user allows plain HTTP.
    var takesPasswords: Bool { base.scheme == .https || allowsPlain || base.isLoopback }

    /// The address of the token server that a challenge names.
    ///
    /// Refuses an address that is less protected than the registry. Refuses http to any other host, because the user
    /// allows http for the registry alone. The names of loopback are one host. Refuses local addresses too, unless the
    /// registry is itself local: a remote registry must not direct requests into the local network.
    func realm(_ text: String) throws(RegistryError) -> WebAddress {
        guard let realm = WebAddress(parsing: text) else { throw unusable(text) }
        let isSameHost = realm.host == base.host || (realm.isLoopback && base.isLoopback)
        let isPlainAllowed = base.scheme == .http && takesPasswords && isSameHost
        let isWithin = !realm.isLocal || base.isLoopback || base.host == realm.host
        guard realm.scheme == .https || isPlainAllowed, isWithin else { throw unusable(text) }
        return realm
    }

    /// The error omits the query and the user information of the address.
    private func unusable(_ text: String) -> RegistryError {
        .unusableRealm(host: domain, realm: Redirect.shown(text))
    }
}
