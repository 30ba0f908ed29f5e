package import ByteIO
package import ImageModel

/// A request to a registry: what HTTP needs, and what the decorators on its way need to know.
package struct RegistryRequest: Sendable {
    package var http: HTTPRequest
    /// Whose credentials, and for what; a mount needs two scopes.
    package let repository: RepositoryName
    package let scopes: [AccessScope]
    package let operation: RegistryError.Operation
    /// It may be sent again when it failed without anybody's fault. What changes state in a way that cannot be told is
    /// sent once.
    package let isRepeatable: Bool
    /// An answer that succeeds is read on the road, up to so many bytes: one that breaks off is none, and is asked for again
    /// like any other that failed.
    package var wholeAnswer: Int?
    /// Somebody else than the registry led there: nothing of ours goes along.
    var isAstray = false

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

/// A road to one registry. Decorators retry, say who we are, follow redirects; each does one of these.
package protocol RegistryTransport: Sendable {
    /// Any status is an answer; thrown is only what is none.
    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse
}

/// The end of the road: one request, as it is.
struct DirectTransport: RegistryTransport {
    let site: RegistrySite
    let http: any HTTPTransport
    /// For whoever is not the registry: our certificate is not shown there.
    let abroad: any HTTPTransport

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        let way = site.isHome(of: request.http.address) ? http : abroad
        do throws(IOFailure) { return try way.send(request.http) } catch { throw .io(error) }
    }
}

extension HTTPResponse {
    /// All of a small body.
    mutating func document(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> [UInt8] {
        do throws(IOFailure) { return try bytes(limit: limit) } catch {
            if case .tooLarge = error.cause { throw .tooLarge(operation, limit: limit) }
            throw .io(error)
        }
    }

    /// The body is here, and nothing can happen to it any more.
    func gathered(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> HTTPResponse {
        var response = self
        let bytes = try response.document(limit: limit, operation)
        response.body = MemoryBytes(bytes, path: address.shown).open()
        return response
    }
}
