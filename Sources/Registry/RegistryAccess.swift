package import ByteIO
package import ImageModel
internal import Synchronization

/// All registries that a command speaks to: each is looked up once, and every repository in it shares its connections
/// and tokens. What is known of the blobs of one is known wherever another could mount them.
package final class RegistryAccess: Sendable {
    package let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let known = KnownBlobs()
    private let listless = ListlessRepositories()
    private let endpoints = Mutex<[String: RegistryEndpoint]>([:])

    package init(
        _ options: RegistryOptions,
        connecting: @escaping @Sendable (TLSSettings) -> any HTTPTransport = { CurlTransport($0) }
    ) {
        self.options = options
        self.connecting = connecting
    }

    /// Nothing is sent yet. `pushes`: something will be written there, so that one token is asked for that allows all.
    package func repository(_ name: RepositoryName, pushes: Bool = false) -> RepositoryClient {
        RepositoryClient(
            name: name, endpoint: endpoint(name.domain), known: known, listless: listless, pushes: pushes)
    }

    /// Asks the registry of that domain whether it takes the credentials that there are for it.
    package func check(_ domain: String) throws(RegistryError) { try endpoint(domain).check() }

    private func endpoint(_ domain: String) -> RegistryEndpoint {
        endpoints.withLock { known in
            if let endpoint = known[domain] { return endpoint }
            let endpoint = RegistryEndpoint(domain, options, connecting)
            known[domain] = endpoint
            return endpoint
        }
    }
}

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
