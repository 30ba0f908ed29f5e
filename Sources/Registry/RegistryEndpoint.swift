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
        try Self.send(request, connection())
    }

    /// Sends a GET or HEAD of `path` below `/v2/`. It opens the connection if it is the first request.
    func send(
        _ path: String, _ request: @escaping (WebAddress) throws(RegistryError) -> RegistryRequest
    ) throws(RegistryError) -> HTTPResponse {
        func make(_ base: WebAddress) throws(RegistryError) -> RegistryRequest {
            try request(WebAddress(scheme: base.scheme, host: base.host, port: base.port, path: base.path + path))
        }
        let connection = try connection(opening: make)
        return try Self.send(make(connection.base), connection)
    }

    private static func send(
        _ request: RegistryRequest, _ connection: EndpointProbe.Connection
    ) throws(RegistryError) -> HTTPResponse {
        var response = try connection.transport.send(request)
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

    /// `opening` makes the request for which the connection is needed, if that may open it.
    private func connection(
        opening: EndpointProbe.Opening? = nil
    ) throws(RegistryError) -> EndpointProbe.Connection {
        // Other threads wait for the first request. It is repeated where it must be, so a failure is final.
        let outcome = outcome.withLock { known in
            if let known { return known }
            let outcome = Result { () throws(RegistryError) in try probe(opening) }
            known = outcome
            return outcome
        }
        return try outcome.get()
    }

    private func probe(_ opening: EndpointProbe.Opening?) throws(RegistryError) -> EndpointProbe.Connection {
        let probe = EndpointProbe(domain: domain, options: options, connecting: connecting)
        let connection = try probe.connect(opening)
        options.trace?.note(.connected(domain: domain, to: connection.base.origin))
        return connection
    }
}
