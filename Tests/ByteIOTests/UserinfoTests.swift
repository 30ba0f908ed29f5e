import Testing

@testable import ByteIO

struct UserinfoTests {
    static let digest = "sha256:ab"

    static let cases: [(String, String)] = [
        ("Unsupported proxy scheme for 'ftp://u:PW@127.0.0.1:1'", "Unsupported proxy scheme for 'ftp://127.0.0.1:1'"),
        ("Unsupported proxy syntax in 'u:P/W@[x': no", "Unsupported proxy syntax in '[x': no"),
        ("http://me:S?E#C/R@ET@host/x", "http://host/x"), ("//me@host/", "//host/"), ("me:pw@host/x", "host/x"),
        ("https://host/x", "https://host/x"), ("host/app@\(digest)", "host/app@\(digest)"),
        ("me:pw@host/app@\(digest)", "host/app@\(digest)"), ("no host", "no host"),
    ]

    @Test(arguments: cases)
    func isCut(_ text: String, _ shown: String) { #expect(Userinfo.cut(from: text) == shown) }
}
