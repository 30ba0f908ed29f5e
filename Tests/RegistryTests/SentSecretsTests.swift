import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// Error texts of a registry are shown, unless they contain a secret that was sent.
@Suite struct SentSecretsTests {
    typealias Answer = ScriptedTransport.Answer

    static let ada = Credential.basic(user: "ada", password: "geheim")

    /// A registry whose error text is `words`, with %s replaced by the value of Authorization.
    static func echoing(_ status: Int, _ words: String) -> ScriptedRegistry {
        ScriptedRegistry(as: ada) { request in
            guard let shown = request.headers["Authorization"] else {
                return Answer(401, [("WWW-Authenticate", "Basic realm=x")])
            }
            let message = words.replacing("%s", with: shown)
            return Answer(status, [], #"{"errors":[{"code":"DENIED","message":"\#(message)"}]}"#)
        }
    }

    static let echoes = ["you sent %s", "password geheim", String(repeating: "x", count: 290) + "%s"]

    @Test(arguments: echoes, [400, 401, 403]) func errorsOmitTextsWithSecrets(words: String, status: Int) throws {
        let app = try Self.echoing(status, words).repository()
        let error = #expect(throws: RegistryError.self) { try app.manifest(.tag("1")) }
        switch error {
        case .refused(_, _, let errors), .unauthorized(_, _, _, let errors):
            #expect(errors == [.init(code: "DENIED", message: "")])
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test func errorsContainOtherTexts() throws {
        let app = try Self.echoing(403, "not ada").repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.read, "registry.example/app:1"), host: "registry.example", hasCredentials: true,
                errors: [.init(code: "DENIED", message: "not ada")])
        ) { try app.manifest(.tag("1")) }
    }

    @Test(arguments: [Self.ada, .identityToken("geheim")], [401, 500])
    func errorsOfTokenServersOmitTextsWithSecrets(credential: Credential, status: Int) throws {
        let (server, _) = TokenServerTests.server { _ in Answer(status, [], #"{"message":"no geheim"}"#) }
        let error = #expect(throws: RegistryError.self) { _ = try server.token(ScopeSet(), as: credential) }
        #expect(!"\(String(describing: error))".contains("geheim"))
    }

    @Test(arguments: [
        ("<html>", "text/html; charset=utf-8", "text/html"), ("", "", ""), ("hello", "text/plain", "text/plain"),
    ])
    func responsesThatAreNoManifestAreReported(body: String, header: String, type: String) throws {
        let registry = ScriptedRegistry { _ in Answer(200, header.isEmpty ? [] : [("Content-Type", header)], body) }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.notManifest(.init(.read, "registry.example/app:1"), contentType: type)
        ) { try app.manifest(.tag("1")) }
    }
}
