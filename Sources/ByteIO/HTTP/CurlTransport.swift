/// HTTP by libcurl.
package final class CurlTransport: HTTPTransport {
    package init(_ tls: TLSSettings = TLSSettings()) {}
    package func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse {
        throw IOFailure(.send, request.address.shown, .network(.libraryMissing("libcurl.so.4")))
    }
}
