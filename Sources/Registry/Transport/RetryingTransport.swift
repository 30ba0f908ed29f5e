internal import ByteIO
internal import Synchronization

/// Retries requests that failed for a transient cause. No other layer repeats a request as a whole.
///
/// A response that asks for a delay (429 or `Retry-After`) delays every request that uses this transport.
final class RetryingTransport: RegistryTransport {
    private let next: any RegistryTransport
    private let backoff: Backoff
    private let trace: (any RegistryTrace)?
    /// No request is sent before this time.
    private let gate = Mutex(Duration.zero)

    private static let transient: Set<Int> = [408, 425, 429, 500, 502, 503, 504]
    private static let tooMany = 429

    init(_ next: any RegistryTransport, _ backoff: Backoff, trace: (any RegistryTrace)? = nil) {
        self.next = next
        self.backoff = backoff
        self.trace = trace
    }

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        let deadline = backoff.time.now + Backoff.longestTotal
        var number = 1
        while true {
            try waitAtGate(request, until: deadline)
            do throws(RegistryError) {
                var response = try next.send(request)
                guard Self.transient.contains(response.status) else { return try Self.buffered(response, request) }
                let isDelayed = try delaysAll(response, after: number, request)
                guard request.isRepeatable, number < backoff.attempts, backoff.time.now < deadline else {
                    if request.isRepeatable, response.status == Self.tooMany {
                        throw RegistryError.busy(request.operation, status: Self.tooMany)
                    }
                    return response
                }
                response.drain()
                if !isDelayed { try sleep(backoff.delay(after: number), request) }
            } catch {
                guard number < backoff.attempts(after: error.network), backoff.time.now < deadline,
                    Self.isTransient(error, request), let delay = delay(error, after: number)
                else { throw error }
                try sleep(delay, request)
            }
            number += 1
        }
    }

    private static func buffered(
        _ response: HTTPResponse, _ request: RegistryRequest
    ) throws(RegistryError) -> HTTPResponse {
        guard let limit = request.bufferedBodyLimit, (200..<300).contains(response.status) else { return response }
        return try response.buffered(limit: limit, request.operation)
    }

    /// The delay before the next attempt; `nil` if a token server demands too long a one.
    private func delay(_ error: RegistryError, after number: Int) -> Duration? {
        guard case .tokenServer(_, _, _, _, let announced?) = error else { return backoff.delay(after: number) }
        return announced > Backoff.longestRetryAfter ? nil : max(announced, backoff.delay(after: number))
    }

    /// Whether the failure may pass. A failed token request is always repeatable: the request itself was not sent yet.
    private static func isTransient(_ error: RegistryError, _ request: RegistryRequest) -> Bool {
        switch error {
        case .io(let failure): request.isRepeatable && failure.isTransientNetworkFault
        case .tokenServerFault(_, let failure): failure.isTransientNetworkFault
        case .tokenServer(_, _, let status, _, _): transient.contains(status)
        default: false
        }
    }

    /// Closes the gate for all requests if the response is 429 or has `Retry-After`; returns whether it did. Throws if the
    /// demanded delay is too long.
    private func delaysAll(
        _ response: HTTPResponse, after number: Int, _ request: RegistryRequest
    ) throws(RegistryError) -> Bool {
        let announced = RetryAfter.delay(response.headers["Retry-After"], unixTime: backoff.time.unixTime)
        if let announced, announced > Backoff.longestRetryAfter {
            throw .busy(request.operation, status: response.status)
        }
        guard announced != nil || response.status == Self.tooMany else { return false }
        let end = backoff.time.now + max(announced ?? .zero, backoff.delay(after: number))
        gate.withLock { $0 = max($0, end) }
        return true
    }

    /// Other requests may delay this one again and again.
    private func waitAtGate(_ request: RegistryRequest, until deadline: Duration) throws(RegistryError) {
        while true {
            let rest = gate.withLock { $0 } - backoff.time.now
            if rest <= .zero { return }
            if backoff.time.now >= deadline { throw .busy(request.operation, status: Self.tooMany) }
            try sleep(backoff.delay(beyond: rest), request)
        }
    }

    private func sleep(_ duration: Duration, _ request: RegistryRequest) throws(RegistryError) {
        trace?.note(.retry(request.operation, after: duration))
        do { try backoff.time.sleep(duration, for: request.http.address.shown) } catch { throw .io(error) }
    }
}

extension RegistryError {
    /// The failure of the connection to the registry or its token server; `nil` for other errors.
    var network: IOFailure? {
        switch self {
        case .io(let failure), .tokenServerFault(_, let failure): failure
        default: nil
        }
    }
}
