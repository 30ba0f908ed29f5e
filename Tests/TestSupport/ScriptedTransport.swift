package import ByteIO
internal import Synchronization

/// An HTTP transport in memory. One closure answers all requests to all hosts. Records every request.
package final class ScriptedTransport: HTTPTransport {
    package struct Request: Sendable {
        package let method: HTTPRequest.Method
        package let address: WebAddress
        package let headers: HTTPHeaders
        /// The whole body, read as a server would.
        package let body: [UInt8]
        /// The TLS settings of the connection.
        package let tls: TLSSettings

        /// Method and address: `GET https://registry.example/v2/`
        package var line: String { "\(method.rawValue) \(address.text)" }
    }

    package struct Answer: Sendable {
        package var status: Int
        package var headers: [(String, String)]
        package var body: [UInt8]
        /// An error that replaces the end of the body.
        package var failure: IOFailure?

        package init(_ status: Int, _ headers: [(String, String)] = [], _ body: String = "") {
            self.init(status, headers, Array(body.utf8))
        }

        package init(_ status: Int, _ headers: [(String, String)], _ body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package typealias Script = @Sendable (Request) throws(IOFailure) -> Answer

    private let tls: TLSSettings
    private let script: Script
    private let seen: Seen

    private final class Seen: Sendable { let requests = Mutex<[Request]>([]) }

    package convenience init(_ script: @escaping Script) { self.init(script, TLSSettings(), Seen()) }

    private init(_ script: @escaping Script, _ tls: TLSSettings, _ seen: Seen) {
        self.script = script
        self.tls = tls
        self.seen = seen
    }

    /// The same servers with other TLS settings. Both transports share the recorded requests.
    package func connecting(_ tls: TLSSettings) -> ScriptedTransport { ScriptedTransport(script, tls, seen) }

    package var requests: [Request] { seen.requests.withLock { $0 } }
    package var lines: [String] { requests.map(\.line) }

    package func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse {
        var body: [UInt8] = []
        switch request.body {
        case .none: break
        case .bytes(let bytes): body = bytes
        case .stream(let size, let open):
            var reader = try open()
            body = [UInt8](repeating: 0, count: Int(size))
            body.removeLast(body.count - (try reader.fill(&body, count: body.count)))
        }
        let arrived = Request(
            method: request.method, address: request.address, headers: request.headers, body: body, tls: tls)
        seen.requests.withLock { $0.append(arrived) }
        let answer = try script(arrived)
        return HTTPResponse(
            status: answer.status, headers: HTTPHeaders(answer.headers), address: request.address,
            body: ScriptedSource(answer.body, failure: answer.failure).open())
    }
}
