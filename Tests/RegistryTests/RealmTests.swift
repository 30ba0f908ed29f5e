import ByteIO
import Testing

@testable import Registry

/// The token servers that a registry may name. Requests to them often carry a password.
@Suite struct RealmTests {
    static let refused: [(registry: String, userSaidPlain: Bool, realm: String)] = [
        ("https://registry.example/v2/", false, ""),
        ("https://registry.example/v2/", false, "/token"),
        ("https://registry.example/v2/", false, "auth.example/token"),
        ("https://registry.example/v2/", false, "ftp://auth.example/token"),
        ("https://registry.example/v2/", false, "file:///etc/passwd"),
        ("https://registry.example/v2/", false, "https://registry.example@evil.example/token"),
        ("https://registry.example/v2/", false, "https://user:secret@auth.example/token"),
        ("https://registry.example/v2/", false, "https://auth.example/a b"),
        ("https://registry.example/v2/", false, "https://auth.example/\r\nX: y"),
        ("https://registry.example/v2/", false, "https://registry.example\\@evil.example/"),
        // Less protected than the registry.
        ("https://registry.example/v2/", false, "http://registry.example/token"),
        ("https://registry.example/v2/", true, "http://registry.example/token"),
        ("https://localhost:5000/v2/", false, "http://localhost:5001/token"),
        ("http://localhost:5000/v2/", false, "http://auth.example/token"),
        // The user allows http for the registry alone.
        ("http://registry.example/v2/", true, "http://other.example/token"),
        ("http://registry.example/v2/", true, "http://registry.example.evil.example/token"),
        ("http://registry.example/v2/", true, "http://localhost:5001/token"),
        ("http://10.0.0.7/v2/", true, "http://10.0.0.8/token"),
        ("http://localhost:5000/v2/", true, "http://auth.example/token"),
        ("http://registry.example/v2/", false, "http://registry.example/token"),
        // Local addresses.
        ("https://registry.example/v2/", false, "https://localhost/token"),
        ("https://registry.example/v2/", false, "https://127.0.0.1:8080/token"),
        ("https://registry.example/v2/", false, "https://127.1/token"),
        ("https://registry.example/v2/", false, "https://0x7f000001/token"),
        ("https://registry.example/v2/", false, "https://2130706433/token"),
        ("https://registry.example/v2/", false, "https://[::1]/token"),
        ("https://registry.example/v2/", false, "https://[::ffff:127.0.0.1]/token"),
        ("https://registry.example/v2/", false, "https://169.254.169.254/latest/meta-data"),
        ("http://registry.example/v2/", true, "http://169.254.169.254/latest/meta-data"),
        ("https://registry.example/v2/", false, "https://[fe80::1]/token"),
    ]

    @Test(arguments: refused) func unsafeRealmsAreRefused(registry: String, userSaidPlain: Bool, realm: String) throws {
        let base = try #require(WebAddress(parsing: registry))
        let origin = RegistryOrigin(domain: base.host, base: base, allowsPlain: userSaidPlain)
        let error = #expect(throws: RegistryError.self) { _ = try origin.realm(realm) }
        guard case .unusableRealm(let host, let shown)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(host == base.host)
        #expect(!shown.contains("secret"))
    }

    static let taken: [(registry: String, userSaidPlain: Bool, realm: String)] = [
        ("https://registry.example/v2/", false, "https://auth.example/token?account=x"),
        ("https://registry.example/v2/", false, "https://registry.example:8443/token"),
        ("https://registry.example/v2/", false, "https://10.0.0.7/token"),
        ("https://localhost:5000/v2/", false, "https://127.0.0.1:5001/token"),
        ("http://127.0.0.1:5000/v2/", false, "http://localhost:5001/token"),
        ("http://registry.example/v2/", true, "http://registry.example/token"),
        ("http://registry.example:5000/v2/", true, "http://registry.example:5001/token"),
        ("http://registry.example/v2/", true, "https://auth.example/token"),
        ("https://169.254.3.4/v2/", false, "https://169.254.3.4/token"),
    ]

    @Test(arguments: taken) func safeRealmsAreAccepted(registry: String, userSaidPlain: Bool, realm: String) throws {
        let base = try #require(WebAddress(parsing: registry))
        let origin = RegistryOrigin(domain: base.host, base: base, allowsPlain: userSaidPlain)
        #expect(try origin.realm(realm).text == realm)
    }
}
