import ByteIO
import Testing

@testable import ocimerge

/// Sentences about failed connections. They state the next step.
@Suite struct NetworkMessageTests {
    static let sentences: [(NetworkFault, String)] = [
        (
            .proxyNotConnected("10.0.0.1:3128", why: "Connection refused"),
            "cannot reach X: the proxy 10.0.0.1:3128 from the environment cannot be reached: Connection refused"
        ),
        (
            .unusableProxy("Unsupported proxy scheme for 'ftp://\u{1B}'"),
            "cannot reach X: the proxy in the environment is not usable (Unsupported proxy scheme for "
                + "'ftp://\\u{1b}')"
        ),
        (
            .proxyNotTLS,
            "cannot reach X: the proxy does not speak TLS; write http:// before its name in the environment"
        ),
        (
            .proxy(status: 407),
            "cannot reach X: the proxy requires a login; write http://USER:PASSWORD@PROXY in the environment"
        ),
        (
            .otherName("no match"),
            "cannot reach X: its certificate is for another name (no match); use a name in the certificate"
        ),
        (.unanswered("SSL connection timeout"), "cannot reach X: SSL connection timeout"),
        (.stalled(seconds: 60), "the connection to X timed out after 60 seconds without data"),
        (.slow(seconds: 60), "the connection to X is too slow: it fell 60 seconds behind a rate of 1 kB/s"),
        (.handshake("alert"), "cannot reach X: TLS handshake failed (alert)"),
        (
            .certificateWanted("certificate required"),
            "cannot reach X: the server requires a client certificate (certificate required); send one with --cert "
                + "FILE and --key FILE"
        ),
        (
            .keyMismatch("unable to set"),
            "cannot reach X: the key does not match the certificate, or needs a passphrase (unable to set)"
        ),
        (.wantsTLS, "cannot reach X: the server seems to use TLS; omit --plain-http"),
        (.malformed("a header of its answer has no end"), "X does not speak HTTP: a header of its answer has no end"),
    ]

    @Test(arguments: sentences)
    func says(_ fault: NetworkFault, _ sentence: String) {
        #expect(NetworkMessage.sentence(for: fault, with: "X") == sentence)
    }
}
