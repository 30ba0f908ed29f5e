internal import ByteIO
internal import Synchronization

/// The request that opened a connection, and its outcome. The outcome counts as the first attempt of the request. So
/// the outer transports retry, redirect and trace it like any other.
struct FirstRequest: Sendable {
    private let request: HTTPRequest
    /// `nil` if the server did not answer.
    let response: RecordedResponse?
    private let outcome: Result<RecordedResponse, RegistryError>

    /// Sends the request once.
    init(_ request: RegistryRequest, _ transport: any RegistryTransport) {
        self.request = request.http
        do throws(RegistryError) {
            var response = try transport.send(request)
            let recorded = RecordedResponse(&response, request)
            self.response = recorded
            outcome = .success(recorded)
        } catch {
            response = nil
            outcome = .failure(error)
        }
    }

    /// A transport whose first attempt of this request has the recorded outcome.
    func repeated(then next: any RegistryTransport) -> any RegistryTransport {
        RepeatingTransport(next, request, outcome)
    }

    /// A transport whose first attempt of `other` fails as this request did; `nil` if the server answered.
    func failure(
        asThatOf other: RegistryRequest, then next: any RegistryTransport
    ) -> (any RegistryTransport)? {
        guard case .failure(var error) = outcome else { return nil }
        if case .io(let failure) = error {
            error = .io(IOFailure(failure.operation, other.http.address.shown, failure.cause))
        }
        return RepeatingTransport(next, other.http, .failure(error))
    }
}

/// A response whose body is in memory.
struct RecordedResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    private let address: WebAddress
    private let body: Result<[UInt8], RegistryError>

    /// Only the body of a success must be complete.
    init(_ response: inout HTTPResponse, _ request: RegistryRequest) {
        (status, headers, address) = (response.status, response.headers, response.address)
        let isSuccess = (200..<300).contains(response.status)
        let limit = isSuccess ? request.bufferedBodyLimit ?? ErrorResponse.limit : ErrorResponse.limit
        do throws(RegistryError) {
            body = .success(try response.bytes(limit: limit, request.operation))
        } catch { body = isSuccess ? .failure(error) : .success([]) }
    }

    func response() throws(RegistryError) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers, address: address,
            body: MemoryBytes(try body.get(), path: address.shown).open())
    }
}

/// Answers the first attempt of a request with an outcome from before; sends every other request.
private final class RepeatingTransport: RegistryTransport {
    private let next: any RegistryTransport
    private let request: HTTPRequest
    private let outcome: Mutex<Result<RecordedResponse, RegistryError>?>

    init(_ next: any RegistryTransport, _ request: HTTPRequest, _ outcome: Result<RecordedResponse, RegistryError>) {
        self.next = next
        self.request = request
        self.outcome = Mutex(outcome)
    }

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        guard request.http.method == self.request.method, request.http.address == self.request.address,
            let outcome = outcome.withLock({ $0.take() })
        else { return try next.send(request) }
        return try outcome.get().response()
    }
}
