internal import ByteIO
internal import Synchronization

/// One registry: where it is, how it is spoken to, and the road there. Found out by the first who asks.
final class RegistryEndpoint: Sendable {
    let domain: String
    /// For what is tried again above the road: uploads that go on, blobs that broke off.
    var backoff: Backoff { options.backoff }
    private let options: RegistryOptions
    private let connecting: @Sendable (TLSSettings) -> any HTTPTransport
    private let reached = Mutex<EndpointProbe.Reached?>(nil)

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
        try reach().transport.send(request)
    }

    func bytes(
        _ response: inout HTTPResponse, limit: Int, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> [UInt8] {
        do throws(IOFailure) { return try response.bytes(limit: limit) } catch {
            if case .tooLarge = error.cause { throw .tooLarge(operation, limit: limit) }
            throw .io(error)
        }
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
        let outcome: Result<EndpointProbe.Reached, RegistryError> = reached.withLock { known in
            if let known { return .success(known) }
            do throws(RegistryError) {
                let found = try look()
                known = found
                return .success(found)
            } catch { return .failure(error) }
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
