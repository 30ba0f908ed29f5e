import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// Credentials are checked by a real registry over a real connection.
@Suite(.needsRegistries) struct RealRegistryTests {
    private let domain = Registries.Server.htpasswd.place

    @Test func validCredentialsAreAccepted() throws {
        let access = Self.access(.basic(user: Registries.user, password: Registries.password))
        let app = access.repository(try name("\(domain)/\(Registries.repository())"))
        #expect(try app.manifestDigest(.tag("1.0")) == nil)
        let document = Document.sample(Array("{}".utf8), mediaType: .ociManifest)
        #expect(try !app.hasBlob(document.digest, size: 2))
        try access.check(domain)
    }

    @Test func invalidCredentialsAreReported() throws {
        let repository = "\(domain)/\(Registries.repository())"
        let credentials: [Credential?] = [nil, .basic(user: Registries.user, password: "wrong"), .identityToken("x")]
        for credential in credentials {
            let access = Self.access(credential)
            let app = access.repository(try name(repository))
            let refusal = RegistryError.unauthorized(
                .init(.read, "\(repository):1.0"), host: domain, hasCredentials: credential != nil,
                errors: [.init(code: "UNAUTHORIZED", message: "authentication required")])
            #expect(throws: refusal) { _ = try app.manifest(.tag("1.0")) }
            #expect(throws: RegistryError.self) { try access.check(domain) }
        }
    }

    @Test func tagsAreListed() throws {
        let path = Registries.repository()
        let access = Self.access(.basic(user: Registries.user, password: Registries.password))
        let app = access.repository(try name("\(domain)/\(path)"))
        #expect(throws: RegistryError.notFound(.init(.tags, "\(domain)/\(path)"))) { try app.tags() }
        let index = SampleImage.index([])
        for tag in ["1.0", "latest"] { _ = try app.put(index, as: .tag(tag)) }
        #expect(try Set(app.tags()) == ["1.0", "latest"])
    }

    private static func access(_ credential: Credential?) -> RegistryAccess {
        RegistryAccess(RegistryOptions(credentials: FixedCredential(credential)))
    }
}
