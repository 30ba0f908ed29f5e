import ByteIO
import Testing

@testable import ocimerge

/// What is said of connections, and what is to be done about them; never of a wrong option.
@Suite struct NetworkMessageTests {
    static let sentences: [(NetworkFault, String)] = [
        (
            .proxyNotConnected("10.0.0.1:3128", why: "Connection refused"),
            "cannot reach X: the proxy 10.0.0.1:3128 that the environment names cannot be reached: Connection refused"
        ),
        (
            .unusableProxy("Unsupported proxy scheme for 'ftp://\u{1B}'"),
            "cannot reach X: the environment names a proxy that cannot be used (Unsupported proxy scheme for "
                + "'ftp://\\u{1b}')"
        ),
        (
            .proxyNotTLS,
            "cannot reach X: the proxy does not speak TLS; write http:// before its name in the environment"
        ),
        (
            .proxy(status: 407),
            "cannot reach X: the proxy wants to know who asks; write http://USER:PASSWORD@PROXY"
        ),
        (
            .otherName("no match"),
            "cannot reach X: its certificate is for another name (no match); use the name that it is for"
        ),
        (.handshake("alert"), "cannot reach X: TLS does not come about (alert)"),
        (
            .certificateWanted("certificate required"),
            "cannot reach X: it does not let in who shows no certificate that it knows (certificate required); --cert "
                + "FILE and --key FILE show one"
        ),
        (
            .keyMismatch("unable to set"),
            "cannot reach X: the key does not belong to the certificate, or wants a passphrase (unable to set)"
        ),
        (.wantsTLS, "cannot reach X: it seems to speak TLS; leave out --plain-http"),
        (.malformed("a header of its answer has no end"), "X does not speak HTTP: a header of its answer has no end"),
    ]

    @Test(arguments: sentences)
    func says(_ fault: NetworkFault, _ sentence: String) {
        #expect(NetworkMessage.sentence(for: fault, with: "X") == sentence)
    }
}
