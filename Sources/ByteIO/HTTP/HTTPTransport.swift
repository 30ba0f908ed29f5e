/// Sends one request to one server and returns its answer. Follows no redirect, retries nothing and adds no
/// credentials: decorators do that.
package protocol HTTPTransport: Sendable {
    /// Returns when the head of the answer is complete. The body is read afterwards, as it arrives.
    func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse
}

/// A request to a server.
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
        /// Exactly `size` bytes, from a new reader whenever the request is sent again. An error of the reader ends the
        /// request, and the transport throws it unchanged.
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
    /// Whether a signal waits for the answer, within the grace time of signals: without the answer the transferred
    /// bytes are useless.
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

/// An answer: its head, and the body as it arrives. Releasing it before the body's end closes the connection.
package struct HTTPResponse {
    package let status: Int
    package let headers: HTTPHeaders
    /// The address of the request.
    package let address: WebAddress
    /// Ends where the server states the end. A connection that breaks before is an error.
    package var body: any ByteReader

    package init(status: Int, headers: HTTPHeaders, address: WebAddress, body: any ByteReader) {
        self.status = status
        self.headers = headers
        self.address = address
        self.body = body
    }

    /// A small body as a whole. Throws if it has more than `limit` bytes.
    package mutating func bytes(limit: Int) throws(IOFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit + 1, 16 * 1024))
        while true {
            let got = try body.fill(&buffer, count: buffer.count)
            if got == 0 { return bytes }
            guard bytes.count + got <= limit else {
                throw IOFailure(.receive, address.shown, .tooLarge(limit: Int64(limit)))
            }
            bytes += buffer[..<got]
        }
    }
}

/// Header fields in their order. Names are compared without regard to case.
package struct HTTPHeaders: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package private(set) var fields: [Field] = []

    package init(_ fields: [(String, String)] = []) {
        for (name, value) in fields { add(name, value) }
    }

    /// The first value of the name.
    package subscript(_ name: String) -> String? { values(name).first }

    package func values(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    package mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    /// Replaces all fields of the name.
    package mutating func set(_ name: String, _ value: String?) {
        let wanted = name.lowercased()
        fields.removeAll { $0.name.lowercased() == wanted }
        if let value { add(name, value) }
    }
}

extension StringProtocol {
    /// Without the optional blanks around a value (RFC 9110, 5.6.3).
    package var trimmingBlanks: String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return String(decoding: utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed(), as: UTF8.self)
    }
}
