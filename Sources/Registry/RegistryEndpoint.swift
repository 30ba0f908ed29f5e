internal import ByteIO
internal import Synchronization

/// One registry: where it is, how it is spoken to, and the road there. Found out by the first who asks, for all; that it
/// cannot be had is found out once as well.
final class RegistryEndpoint: Sendable {
    let domain: String
    /// For what is tried again above the road: uploads that go on, blobs that broke off.
    var backoff: Backoff { options.backoff }
    private let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let reached = Mutex<Result<EndpointProbe.Reached, RegistryError>?>(nil)

    init(
        _ domain: String, _ options: RegistryOptions,
        _ connecting: @escaping @Sendable (TLSSettings) -> any HTTPTransport
    ) {
        self.domain = domain
        self.options = options
        self.connecting = connecting
    }

    /// Where `path` below `/v2/` stands.
    func address(_ path: String) throws(RegistryError) -> WebAddress {
        let base = try reach().base
        return WebAddress(scheme: base.scheme, host: base.host, port: base.port, path: base.path + path)
    }

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        var response = try reach().transport.send(request)
        // What is said of a success stands in its head; the connection is wanted again.
        if request.http.method != .get, (200..<300).contains(response.status) { response.settle() }
        return response
    }

    /// What an answer that says no means.
    func refusal(_ response: inout HTTPResponse, _ operation: RegistryError.Operation) -> RegistryError {
        let sent = (try? reach().sent) ?? SentSecrets()
        let errors = RefusalBody.errors(of: &response, without: sent)
        return switch response.status {
        case 404: .notFound(operation)
        default: .refused(operation, status: response.status, errors: errors)
        }
    }

    private func reach() throws(RegistryError) -> EndpointProbe.Reached {
        // Others wait while the first one looks: there is nothing that they could do meanwhile.
        // A look is tried often enough by itself: who comes later would only wait as long for the same.
        let outcome = reached.withLock { known in
            if let known { return known }
            let outcome = Result { () throws(RegistryError) in try look() }
            known = outcome
            return outcome
        }
        return try outcome.get()
    }

    /// The registry takes the credentials that there are for it. One that asks nobody takes all.
    func check() throws(RegistryError) {
        let reached = try reach()
        guard reached.isClosed else { return }
        let request = try EndpointProbe.request(domain, reached.base)
        var response = try reached.transport.send(request)
        guard (200..<300).contains(response.status) else { throw refusal(&response, request.operation) }
        response.settle()
    }

    private func look() throws(RegistryError) -> EndpointProbe.Reached {
        try EndpointProbe(domain: domain, options: options, connecting: connecting).reach()
    }
}
