import Testing

@testable import ByteIO

struct WebAddressTests {
    @Test(arguments: [
        ("https://Registry.Example/v2/", "https://registry.example/v2/"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ("https://[::1]:443/a?b=c#d", "https://[::1]:443/a?b=c"),
        ("HTTPS://x?y", "https://x/?y"),
    ])
    func anAddressIsTakenApartAndPutTogether(_ text: String, _ whole: String) {
        #expect(WebAddress(parsing: text)?.text == whole)
    }

    @Test(arguments: [
        "", "registry.example", "ftp://x/", "https://", "https:///v2/", "https://user@x/", "https://user:secret@x/",
        "https://x:0/", "https://x:65536/", "https://x:5a/", "https://x y/", "https://x/\r\nHost: y", "https://x\\@y/",
        "https://[::1/", "file:///etc/passwd", "https://x/\u{e9}",
    ])
    func unsafeAddressesAreRefused(_ text: String) {
        #expect(WebAddress(parsing: text) == nil)
    }

    @Test(arguments: [
        ("/v2/app/blobs/uploads/1?_state=x", "https://r:5000/v2/app/blobs/uploads/1?_state=x"),
        ("uploads/1", "https://r:5000/v2/a/uploads/1"), ("?_state=2", "https://r:5000/v2/a/b?_state=2"),
        ("//other/x", "https://other/x"), ("http://other/x", "http://other/x"),
        ("a:b", nil), ("javascript:x", nil), ("https://u:p@other/", nil), ("", nil),
    ])
    func aLocationIsResolvedAgainstTheRequest(_ location: String, _ meant: String?) throws {
        let base = try #require(WebAddress(parsing: "https://r:5000/v2/a/b?c=d"))
        #expect(base.resolving(location)?.text == meant)
    }

    @Test func parametersAreAppended() throws {
        let base = try #require(WebAddress(parsing: "https://r/u?_state=a%3Db"))
        let more = base.adding([(name: "digest", value: "sha256:0a")])
        #expect(more.text == "https://r/u?_state=a%3Db&digest=sha256%3A0a")
        #expect(more.shown == "https://r/u")
    }

    @Test func originsAreComparedWithTheirPorts() throws {
        let base = try #require(WebAddress(parsing: "https://r/"))
        for (text, isSame) in [
            ("https://r:443/x", true), ("http://r/", false), ("https://r:444/", false), ("https://s/", false),
        ] {
            #expect(base.hasSameOrigin(as: try #require(WebAddress(parsing: text))) == isSame)
        }
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.3.2.1", true), ("[::1]", true), ("x.localhost", true),
        ("127.0.0.1.example", false), ("127.example", false), ("10.0.0.1", false), ("localhost.example", false),
    ])
    func recognisesLoopbackHosts(_ host: String, _ isLoopback: Bool) {
        #expect(WebAddress.isLoopback(host: host) == isLoopback)
    }
}
