package import ByteIO
package import ImageModel

/// A request to a registry: the HTTP request, and the facts that the transports need.
package struct RegistryRequest: Sendable {
    package var http: HTTPRequest
    /// The repository whose credentials are used.
    package let repository: RepositoryName
    /// The access that the request needs. A mount needs the scopes of two repositories.
    package let scopes: [AccessScope]
    package let operation: RegistryError.Operation
    /// Whether a transient failure is retried. A request that changes state in an unknown way is sent once.
    package let isRepeatable: Bool
    /// If set, the transport reads the whole body of a successful response, up to this size. A body that breaks off then
    /// counts as a failed request and is retried like one.
    package var bufferedBodyLimit: Int?
    /// Whether the request carries no credentials, because another origin redirected it.
    var omitsCredentials = false

    package init(
        _ http: HTTPRequest, repository: RepositoryName, scopes: [AccessScope], operation: RegistryError.Operation,
        isRepeatable: Bool = true
    ) {
        self.http = http
        self.repository = repository
        self.scopes = scopes
        self.operation = operation
        self.isRepeatable = isRepeatable
    }
}

/// Sends requests to one registry. Decorators retry, authorize and follow redirects; each does one of these.
package protocol RegistryTransport: Sendable {
    /// Returns a response of any status. Throws only if there is no response.
    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse
}

/// The innermost transport: sends each request unchanged.
struct DirectTransport: RegistryTransport {
    let origin: RegistryOrigin
    let http: any HTTPTransport
    /// For other origins: shows no client certificate.
    let otherHosts: any HTTPTransport

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        let transport = origin.contains(request.http.address) ? http : otherHosts
        do { return try transport.send(request.http) } catch { throw .io(error) }
    }
}

extension HTTPResponse {
    /// The whole body. Throws `tooLarge` beyond `limit`.
    mutating func bytes(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> [UInt8] {
        do { return try bytes(limit: limit) } catch {
            if case .tooLarge = error.cause { throw .tooLarge(operation, limit: limit) }
            throw .io(error)
        }
    }

    /// The same response with its body in memory.
    func buffered(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> HTTPResponse {
        var response = self
        let bytes = try response.bytes(limit: limit, operation)
        response.body = MemoryBytes(bytes, path: address.shown).open()
        return response
    }

    /// Reads the rest of a small body, so that its connection can be reused. A large body is left unread, which closes the
    /// connection.
    mutating func drain() {
        let limit = 64 * 1024
        if let length = headers["Content-Length"].flatMap(Int.init), length > limit { return }
        _ = try? bytes(limit: limit)
    }
}
