package import ByteIO
package import ImageModel

/// Receives the requests to registries and the decisions about them. Nothing is traced unless the options have a trace.
package protocol RegistryTrace: Sendable {
    func note(_ event: RegistryEvent)
}

/// One step of the work with a registry. Holds facts only, and no secret.
package enum RegistryEvent: Sendable, Equatable {
    case answered(TracedRequest, status: Int, received: Int64?, Duration)
    case failed(TracedRequest, IOFailure, Duration)
    /// The same request is sent again after this time.
    case retry(RegistryError.Operation, after: Duration)
    /// The address at which the registry was found.
    case connected(domain: String, to: String)
    case credential(RepositoryName, CredentialOrigin)
    case blob(Digest, RepositoryName, BlobFate)

    /// How a blob came into a repository.
    package enum BlobFate: Sendable, Equatable { case present, mounted, sent }
}

/// The origin of the credential for a repository.
package enum CredentialOrigin: Sendable, Equatable {
    /// The command line.
    case stated
    /// A file, or an environment variable with the content of one.
    case file(String)
    case helper(String, named: String)
    /// No credential was found.
    case none
}

/// A request without its secrets.
package struct TracedRequest: Sendable, Equatable {
    package let method: HTTPRequest.Method
    /// Without query. Only the registry and its token servers are shown with a path, and upload sessions without theirs.
    package let address: String
    /// The size of the body.
    package let sent: Int64

    init(_ request: HTTPRequest, showsPath: Bool) {
        method = request.method
        address = showsPath ? Self.path(request.address) : request.address.origin
        sent = request.body.size
    }

    /// Some registries put the authorization of an upload into the path of its session.
    private static func path(_ address: WebAddress) -> String {
        guard let range = address.shown.firstRange(ofText: uploads) else { return address.shown }
        return String(address.shown[..<range.upperBound])
    }

    private static let uploads = "/blobs/uploads/"
}

/// Traces each request of one transport: also those that a redirect, a retry or an authorization repeats.
struct TracingTransport: HTTPTransport {
    let next: any HTTPTransport
    let trace: any RegistryTrace
    /// The only origin whose paths are shown; `nil` for token servers, whose paths hold no secret.
    let origin: RegistryOrigin?
    let time: any TimeSource

    func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse {
        let address = request.address
        let showsPath = origin.map { $0.contains(address) && address.path.hasPrefix($0.base.path) } ?? true
        let traced = TracedRequest(request, showsPath: showsPath)
        let start = time.now
        do throws(IOFailure) {
            let response = try next.send(request)
            let received = request.method == .head ? nil : response.headers["Content-Length"].flatMap(Int64.init)
            trace.note(.answered(traced, status: response.status, received: received, time.now - start))
            return response
        } catch {
            // The path of the failure is the address with everything that the trace omits.
            let failure = IOFailure(error.operation, traced.address, error.cause)
            trace.note(.failed(traced, failure, time.now - start))
            throw error
        }
    }
}

extension RegistryOptions {
    /// The transport itself if nothing is traced.
    func traced(_ http: any HTTPTransport, _ origin: RegistryOrigin?) -> any HTTPTransport {
        guard let trace else { return http }
        return TracingTransport(next: http, trace: trace, origin: origin, time: backoff.time)
    }
}
