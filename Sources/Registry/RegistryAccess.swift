package import ByteIO
package import ImageModel
internal import Synchronization

/// The registries of one command. Each registry is probed once; its repositories share connections and tokens. A blob
/// found in one repository can be mounted into the others.
///
/// Creating this reads no file and sends nothing. Certificates and credentials are read when a connection is made.
package final class RegistryAccess: Sendable {
    package let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let known = KnownBlobs()
    private let withoutReferrers = RepositoriesWithoutReferrers()
    private let endpoints = Mutex<[String: RegistryEndpoint]>([:])

    package init(
        _ options: RegistryOptions,
        connecting: @escaping @Sendable (TLSSettings) -> any HTTPTransport = { CurlTransport($0) }
    ) {
        self.options = options
        self.connecting = connecting
    }

    /// A client for one repository; sends nothing yet. With `pushes` every token allows writing, so that one token serves
    /// all requests.
    package func repository(_ name: RepositoryName, pushes: Bool = false) -> RepositoryClient {
        RepositoryClient(
            name: name, endpoint: endpoint(name.domain), known: known, withoutReferrers: withoutReferrers,
            pushes: pushes)
    }

    /// Throws unless the registry of `domain` accepts the credentials for it.
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

/// The options for connections to registries.
package struct RegistryOptions: Sendable {
    package enum Encryption: Sendable, Equatable {
        /// https; http only for registries on loopback that do not support TLS (the rule of docker for localhost).
        case required
        /// https with any certificate, else http (`--insecure`).
        case optional
        /// http (`--plain-http`).
        case none
    }

    package var encryption: Encryption
    /// The TLS settings for the registry of a domain. Called once per registry, before the first request.
    package var tls: @Sendable (_ domain: String) throws(CredentialError) -> TLSSettings
    package var credentials: any CredentialSource
    package var backoff: Backoff
    /// `nil` if nothing is traced.
    package var trace: (any RegistryTrace)?

    package init(
        encryption: Encryption = .required,
        tls: @escaping @Sendable (_ domain: String) throws(CredentialError) -> TLSSettings = { _ in TLSSettings() },
        credentials: any CredentialSource = AnonymousCredentials(), backoff: Backoff = Backoff(),
        trace: (any RegistryTrace)? = nil
    ) {
        self.trace = trace
        self.encryption = encryption
        self.tls = tls
        self.credentials = credentials
        self.backoff = backoff
    }
}
