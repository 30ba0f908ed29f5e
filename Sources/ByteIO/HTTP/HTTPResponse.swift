/// An answer: its head, and the body as it arrives. Whoever drops it before the body's end ends the connection.
package struct HTTPResponse {
    package let status: Int
    package let headers: HTTPHeaders
    /// That of the request.
    package let address: WebAddress
    /// Ends where the server says that it ends; a connection that breaks before is an error.
    package var body: any ByteReader

    package init(status: Int, headers: HTTPHeaders, address: WebAddress, body: any ByteReader) {
        self.status = status
        self.headers = headers
        self.address = address
        self.body = body
    }

    /// All of a small body; refused beyond `limit`.
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
