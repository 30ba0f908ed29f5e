internal import ByteIO
internal import Synchronization

/// One registry: its address, and the transport to it. The first use connects; all later uses share that connection or
/// its error.
final class RegistryEndpoint: Sendable {
    let domain: String
    /// For retries above the transport: of upload sessions and of interrupted blobs.
    var backoff: Backoff { options.backoff }
    var trace: (any RegistryTrace)? { options.trace }
    private let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let outcome = Mutex<Result<EndpointProbe.Connection, RegistryError>?>(nil)

    init(
        _ domain: String, _ options: RegistryOptions,
        _ connecting: @escaping @Sendable (TLSSettings) -> any HTTPTransport
    ) {
        self.domain = domain
        self.options = options
        self.connecting = connecting
    }

    /// The address of `path` below `/v2/`.
    func address(_ path: String) throws(RegistryError) -> WebAddress {
        let base = try connection().base
        return WebAddress(scheme: base.scheme, host: base.host, port: base.port, path: base.path + path)
    }

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        var response = try connection().transport.send(request)
        // Only GET has a body that callers read; otherwise the connection is freed for reuse.
        if request.http.method != .get, (200..<300).contains(response.status) { response.drain() }
        return response
    }

    /// The error that a response with an unexpected status stands for.
    func refusal(_ response: inout HTTPResponse, _ operation: RegistryError.Operation) -> RegistryError {
        let sent = (try? connection().sent) ?? SentSecrets()
        let errors = ErrorResponse.errors(of: &response, without: sent)
        return switch response.status {
        case 404: .notFound(operation)
        default: .refused(operation, status: response.status, errors: errors)
        }
    }

    /// Throws unless the registry accepts the credentials. A registry that demands none accepts all.
    func check() throws(RegistryError) {
        let connection = try connection()
        guard connection.demandsCredentials else { return }
        let request = try EndpointProbe.request(domain, connection.base)
        var response = try connection.transport.send(request)
        guard (200..<300).contains(response.status) else { throw refusal(&response, request.operation) }
        response.drain()
    }

    private func connection() throws(RegistryError) -> EndpointProbe.Connection {
        // Other threads wait for the first probe. The probe retries by itself, so a failure is final.
        let outcome = outcome.withLock { known in
            if let known { return known }
            let outcome = Result { () throws(RegistryError) in try probe() }
            known = outcome
            return outcome
        }
        return try outcome.get()
    }

    private func probe() throws(RegistryError) -> EndpointProbe.Connection {
        let connection = try EndpointProbe(domain: domain, options: options, connecting: connecting).connect()
        options.trace?.note(.connected(domain: domain, to: connection.base.origin))
        return connection
    }
}
