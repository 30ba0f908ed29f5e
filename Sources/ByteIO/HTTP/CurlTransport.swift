internal import CCurl
internal import Synchronization

/// Sends HTTP requests with libcurl. Each request in progress has its own handle, which is kept with its connections
/// for the next.
package final class CurlTransport: HTTPTransport {
    /// The size of the buffers of readers.
    private static let uploadBuffer = 256 * 1024

    private let tls: TLSSettings
    private let limits: TransportLimits
    private let authorities: AuthorityBundle
    private let lines = Mutex<[CurlLine]>([])

    package init(_ tls: TLSSettings = TLSSettings(), limits: TransportLimits = TransportLimits()) {
        self.tls = tls
        self.limits = limits
        authorities = AuthorityBundle(tls.authorities)
    }

    package func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse {
        guard let line = lines.withLock({ $0.popLast() }) ?? CurlLine() else {
            throw IOFailure(.send, request.address.shown, .network(.broken("the request cannot be started")))
        }
        let exchange = CurlExchange(line, request, limits)
        // The library calls the exchange until the handle is released.
        defer { withExtendedLifetime(exchange) {} }
        do throws(IOFailure) {
            try prepare(line, request)
            try exchange.start()
            // Status 407 comes from a proxy, for requests that it does not tunnel.
            if exchange.head.status == 407 {
                throw IOFailure(.receive, request.address.shown, .network(.proxy(status: 407)))
            }
        } catch {
            release(line)
            throw error
        }
        let body: any ByteReader
        if let rest = exchange.rest {
            release(line)
            body = MemoryBytes(rest, path: request.address.shown).open()
        } else {
            body = CurlBody(exchange) { [self] in release(line) }
        }
        return HTTPResponse(
            status: exchange.head.status, headers: exchange.head.headers, address: request.address, body: body)
    }

    private func release(_ line: CurlLine) {
        line.end()
        lines.withLock { $0.append(line) }
    }

    private func prepare(_ line: CurlLine, _ request: HTTPRequest) throws(IOFailure) {
        line.reset()
        line.set(CURLOPT_NOSIGNAL, 1)
        line.set(CURLOPT_URL, request.address.text)
        line.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        line.set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connection / .milliseconds(1)))
        line.set(CURLOPT_TCP_KEEPALIVE, 1)
        line.set(CURLOPT_BUFFERSIZE, transferSize)
        line.set(CURLOPT_UPLOAD_BUFFERSIZE, Self.uploadBuffer)
        setMethod(line, request)
        try setHeaders(line, request)
        if let proxy = Proxy.named(for: request.address) { line.set(CURLOPT_PROXY, proxy) }
        setTrust(line)
        if request.address.scheme == .https { setTLS(line) }
    }

    private func setMethod(_ line: CurlLine, _ request: HTTPRequest) {
        switch request.method {
        case .get: break
        case .head: line.set(CURLOPT_NOBODY, 1)
        case .delete: line.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .post, .put, .patch:
            line.set(CURLOPT_UPLOAD, 1)
            line.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            line.set(CURLOPT_INFILESIZE_LARGE, offset: request.body.size)
        }
    }

    /// Without waiting for "100 Continue": authorization is settled before a body is sent, and servers that do not know
    /// the header cost a second each.
    private func setHeaders(_ line: CurlLine, _ request: HTTPRequest) throws(IOFailure) {
        let fields = request.headers.fields
        guard fields.allSatisfy({ ($0.name + $0.value).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }) else {
            throw IOFailure(.send, request.address.shown, .network(.malformed("a header would break off its line")))
        }
        let agent = request.headers["User-Agent"] == nil ? ["User-Agent: ocimerge"] : []
        line.set(headers: fields.map { "\($0.name): \($0.value)" } + agent + ["Expect:"])
    }

    /// For servers, and for proxies that use TLS themselves. The library reads the files when a handshake needs them.
    private func setTrust(_ line: CurlLine) {
        let system = SystemAuthorities.current
        if let file = system.file {
            line.set(CURLOPT_CAINFO, file)
            line.set(CURLOPT_PROXY_CAINFO, file)
        }
        line.set(CURLOPT_CAPATH, system.folder)
        line.set(CURLOPT_PROXY_CAPATH, system.folder)
    }

    private func setTLS(_ line: CurlLine) {
        if tls.isUnchecked {
            line.set(CURLOPT_SSL_VERIFYPEER, 0)
            line.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if !tls.authorities.isEmpty {
            // The blob replaces the system's file, so it includes the content of that file.
            line.set(CURLOPT_CAINFO_BLOB, blob: authorities.bytes { SystemAuthorities.current.file })
        }
        if let certificate = tls.certificate { line.set(CURLOPT_SSLCERT, certificate) }
        if let key = tls.key ?? tls.certificate { line.set(CURLOPT_SSLKEY, key) }
    }
}

/// The body of an answer that is not complete yet. Releasing it before its end closes the connection.
final class CurlBody: ByteReader {
    private let exchange: CurlExchange
    private let release: () -> Void

    init(_ exchange: CurlExchange, release: @escaping () -> Void) {
        self.exchange = exchange
        self.release = release
    }

    deinit { release() }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int { try exchange.read(into: &buffer) }
}

/// The head of an answer, line by line as it arrives. Informational answers (1xx) are skipped.
struct CurlHead {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var isComplete = false

    mutating func take(_ line: String) {
        // Trailers behind the body are ignored.
        if isComplete { return }
        let text = line.trimmingLineBreak
        if text.hasPrefix("HTTP/") {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = HTTPHeaders()
        } else if text.isEmpty {
            isComplete = status >= 200
        } else if let colon = text.firstIndex(of: ":") {
            headers.add(String(text[..<colon]), text[text.index(after: colon)...].trimmingBlanks)
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingLineBreak: String {
        String(decoding: utf8.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
