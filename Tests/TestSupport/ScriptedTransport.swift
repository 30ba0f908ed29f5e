package import ByteIO
internal import Synchronization

/// Servers in memory: one closure answers every request, whatever host it goes to. Remembers what it was asked.
package final class ScriptedTransport: HTTPTransport {
    package struct Request: Sendable {
        package let method: HTTPRequest.Method
        package let address: WebAddress
        package let headers: HTTPHeaders
        /// All of it, read as a server would.
        package let body: [UInt8]
        /// How the connection was made.
        package let tls: TLSSettings

        /// `GET https://registry.example/v2/`
        package var line: String { "\(method.rawValue) \(address.text)" }
    }

    package struct Answer: Sendable {
        package var status: Int
        package var headers: [(String, String)]
        package var body: [UInt8]

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

    /// The same servers by another way; what both are asked is seen in both.
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
            body: MemoryBytes(answer.body, path: request.address.shown).open())
    }
}
