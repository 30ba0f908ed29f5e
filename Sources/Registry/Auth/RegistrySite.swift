internal import ByteIO

/// Where one registry is, and what may be sent there.
struct RegistrySite: Sendable {
    /// As people name it; messages say this.
    let domain: String
    /// Of `/v2/`.
    let base: WebAddress
    /// The user said that registries need no TLS.
    let allowsPlain: Bool

    func isHome(of address: WebAddress) -> Bool { base.hasSameOrigin(as: address) }

    /// Nobody on the way reads a password, or the user does not mind.
    var takesPasswords: Bool { base.scheme == .https || allowsPlain || base.isLoopback }

    /// The address of a token server that a challenge names. Nothing is asked of one that weakens what protects the
    /// registry, nor of what only this machine can see: a registry that is elsewhere has no business there.
    func realm(_ text: String) throws(RegistryError) -> WebAddress {
        guard let realm = WebAddress(parsing: text) else { throw unusable(text) }
        let isPlainAllowed = base.scheme == .http && (allowsPlain || realm.isLoopback)
        let isWithin = !realm.isLocal || base.isLoopback || base.host == realm.host
        guard realm.scheme == .https || isPlainAllowed, isWithin else { throw unusable(text) }
        return realm
    }

    /// Neither a query nor a user is shown.
    private func unusable(_ text: String) -> RegistryError {
        .unusableRealm(host: domain, realm: Redirect.shown(text))
    }
}
