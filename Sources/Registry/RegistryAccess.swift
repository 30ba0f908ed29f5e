package import ByteIO
package import ImageModel
internal import Synchronization

/// All registries that a command speaks to: each is looked up once, and every repository in it shares its connections
/// and tokens.
package final class RegistryAccess: Sendable {
    package let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let endpoints = Mutex<[String: RegistryEndpoint]>([:])

    package init(
        _ options: RegistryOptions,
        connecting: @escaping @Sendable (TLSSettings) -> any HTTPTransport = { CurlTransport($0) }
    ) {
        self.options = options
        self.connecting = connecting
    }

    /// Nothing is sent yet.
    package func repository(_ name: RepositoryName) -> RepositoryClient {
        let endpoint = endpoints.withLock { known in
            if let endpoint = known[name.domain] { return endpoint }
            let endpoint = RegistryEndpoint(name.domain, options, connecting)
            known[name.domain] = endpoint
            return endpoint
        }
        return RepositoryClient(name: name, endpoint: endpoint)
    }
}
