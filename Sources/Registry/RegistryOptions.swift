package import ByteIO

/// How registries are spoken to, as the user said it.
package struct RegistryOptions: Sendable {
    package enum Encryption: Sendable, Equatable {
        /// https; only what the machine itself serves may be without (docker's rule for localhost).
        case required
        /// https with any certificate, else http: what the user calls insecure.
        case optional
        /// http, because the user said so.
        case none
    }

    package var encryption: Encryption
    /// For the registry of that domain; asked once each, before anything is sent.
    package var tls: @Sendable (_ domain: String) throws(RegistryError) -> TLSSettings
    package var credentials: any CredentialSource
    package var backoff: Backoff

    package init(
        encryption: Encryption = .required,
        tls: @escaping @Sendable (_ domain: String) throws(RegistryError) -> TLSSettings = { _ in TLSSettings() },
        credentials: any CredentialSource = AnonymousCredentials(), backoff: Backoff = Backoff()
    ) {
        self.encryption = encryption
        self.tls = tls
        self.credentials = credentials
        self.backoff = backoff
    }
}
