/// What is asked of a server.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Exactly so many bytes, from a new reader whenever the request is sent again. What the reader throws ends the
        /// request and is thrown by the transport as it is.
        case stream(size: Int64, open: @Sendable () throws(IOFailure) -> any ByteReader)

        package var size: Int64 {
            switch self {
            case .none: 0
            case .bytes(let bytes): Int64(bytes.count)
            case .stream(let size, _): size
            }
        }
    }

    package var method: Method
    package var address: WebAddress
    package var headers: HTTPHeaders
    package var body: Body
    /// A signal that asks the program to end waits for the answer, as long as signals wait: without it, what has arrived is
    /// of no use to anybody.
    package var outlastsSignals = false

    package init(
        _ method: Method, _ address: WebAddress, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
    }
}
