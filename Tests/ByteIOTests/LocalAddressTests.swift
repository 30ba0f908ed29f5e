import ByteIO
import Testing

/// Local addresses are recognised in every spelling that resolvers accept.
@Suite struct LocalAddressTests {
    static let local = [
        "localhost", "localhost.", "a.localhost", "127.0.0.1", "127.255.0.9", "127.1", "127.0.1", "2130706433",
        "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "169.254.169.254", "0xa9fea9fe", "[::1]", "[::]",
        "[0:0:0:0:0:0:0:1]", "[0::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]",
        "[febf::1:2]", "[1::2::3]", "[12345::]", "[]", "[:]", "[1:::2]", "[1:2:3]", "[1:2:3:4:5:6:7:8::]",
        "[::ffff:169.254.1.1]",
    ]
    static let elsewhere = [
        "example.com", "127.0.0.1.example", "127.0.0.256", "1270.0.0.1", "10.0.0.1", "128.0.0.1", "169.253.0.1",
        "0x7f.example", "[2001:db8::1]", "[::ffff:10.0.0.1]", "[fec0::1]", "[1:2:3:4:5:6:7:8]", "[1::]",
        "[1::1]",
        "localhost.example", "1.2.3.4.5", "08.1.1.1",
    ]

    @Test(arguments: local) func isLocal(host: String) {
        #expect(WebAddress(scheme: .https, host: host, port: nil, path: "/").isLocal)
    }

    @Test(arguments: elsewhere) func isNotLocal(host: String) {
        #expect(!WebAddress(scheme: .https, host: host, port: nil, path: "/").isLocal)
    }
}
