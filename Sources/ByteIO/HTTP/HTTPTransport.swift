/// Carries one request to one server and brings back what it says. No redirect is followed, nothing is tried again, no
/// credentials are added: each of these is a decorator's.
package protocol HTTPTransport: Sendable {
    /// Returns when the head of the answer is complete; its body is read afterwards, as it arrives.
    func send(_ request: HTTPRequest) throws(IOFailure) -> HTTPResponse
}
