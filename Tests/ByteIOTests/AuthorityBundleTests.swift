import TestSupport
import Testing

@testable import ByteIO

/// The system's certificate authorities are read once for all requests.
struct AuthorityBundleTests {
    @Test func theSystemsFileIsReadOnce() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("SYSTEM".utf8), to: "ca.crt")
        let bundle = AuthorityBundle(Array("NAMED".utf8))
        #expect(bundle.bytes { file } == Array("NAMED\nSYSTEM".utf8))
        #expect(
            bundle.bytes {
                Issue.record("asked again")
                return nil
            } == Array("NAMED\nSYSTEM".utf8))
    }

    @Test(arguments: [nil, "/nowhere/ca.crt"]) func anUnreadableFileAddsNoAuthority(file: String?) {
        #expect(AuthorityBundle(Array("NAMED".utf8)).bytes { file } == Array("NAMED\n".utf8))
    }
}

/// The certificates of the system are found on every distribution, and where the environment says.
struct SystemAuthoritiesTests {
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    private func found(_ root: borrowing TemporaryDirectory, _ environment: [String: String] = [:]) -> SystemAuthorities
    {
        SystemAuthorities(below: root.path) { environment[$0] }
    }

    @Test(arguments: places) func theFileOfEachDistributionIsFound(place: String) throws {
        let root = try TemporaryDirectory()
        #expect(found(root).file == nil)
        try root.write([], to: String(place.dropFirst()))
        #expect(found(root).file == root.path + place)
        #expect(found(root).folder == root.path + "/etc/ssl/certs")
    }

    @Test func theFirstFileIsUsed() throws {
        let root = try TemporaryDirectory()
        try root.write([], to: "\(Self.places[0].dropFirst())/a-directory")
        for place in Self.places.reversed().dropLast() {
            try root.write([], to: String(place.dropFirst()))
            #expect(found(root).file == root.path + place)
        }
    }

    @Test func variablesReplaceTheirPlace() throws {
        let root = try TemporaryDirectory()
        try root.write([], to: String(Self.places[0].dropFirst()))
        #expect(found(root, ["SSL_CERT_FILE": "/absent"]).file == "/absent")
        #expect(found(root, ["SSL_CERT_FILE": "/absent"]).folder == root.path + "/etc/ssl/certs")
        #expect(found(root, ["SSL_CERT_DIR": "/absent"]).file == root.path + Self.places[0])
        #expect(found(root, ["SSL_CERT_DIR": "/absent"]).folder == "/absent")
        #expect(found(root, ["SSL_CERT_FILE": "", "SSL_CERT_DIR": ""]).file == root.path + Self.places[0])
        #expect(found(root, ["SSL_CERT_FILE": "/dev/zero"]).file == nil)
    }
}
