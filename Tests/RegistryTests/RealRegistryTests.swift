import ByteIO
import Foundation
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// The same by a real registry that wants to know who asks, over a real connection.
@Suite struct RealRegistryTests {
    @Test func whoIsKnownIsLetIn() throws {
        let folder = try TemporaryDirectory()
        let registry = try RealRegistry(in: folder.path)
        defer { withExtendedLifetime(registry) {} }
        let access = Self.access(.basic(user: "ada", password: "s:ecret"))
        let app = access.repository(try name("\(registry.domain)/demo/app"))
        #expect(try app.manifestDigest(.tag("1.0")) == nil)
        let document = Document(Array("{}".utf8), mediaType: .ociManifest)
        #expect(try !app.hasBlob(document.digest, size: 2))
        try access.check(registry.domain)
    }

    @Test func whoIsNotKnownIsTold() throws {
        let folder = try TemporaryDirectory()
        let registry = try RealRegistry(in: folder.path)
        defer { withExtendedLifetime(registry) {} }
        let domain = registry.domain
        for credential in [nil, .basic(user: "ada", password: "wrong"), .identityToken("x")] as [Credential?] {
            let access = Self.access(credential)
            let app = access.repository(try name("\(domain)/demo/app"))
            let refusal = RegistryError.unauthorized(
                .init(.read, "\(domain)/demo/app:1.0"), host: domain, hasCredentials: credential != nil,
                errors: [.init(code: "UNAUTHORIZED", message: "authentication required")])
            #expect(throws: refusal) { _ = try app.manifest(.tag("1.0")) }
            #expect(throws: RegistryError.self) { try access.check(domain) }
        }
    }

    private static func access(_ credential: Credential?) -> RegistryAccess {
        RegistryAccess(RegistryOptions(credentials: OneCredential(credential)))
    }
}

/// Debian's docker-registry, without TLS, for ada alone; ends with this.
private final class RealRegistry {
    private let server = Process()
    /// Held open: a registry that cannot write its log ends.
    private let log = Pipe()
    let domain: String

    init(in folder: String) throws {
        // bcrypt of "s:ecret".
        let line = "ada:$2y$05$YbUKA2VDl/OtFK4q0nI0cuBy1UguPOb3YVlGbAnUPoQ32fpuKFnN6\n"
        try Data(line.utf8).write(to: URL(fileURLWithPath: folder + "/htpasswd"))
        let config = """
            version: 0.1
            storage: {inmemory: {}}
            http: {addr: "127.0.0.1:0"}
            auth: {htpasswd: {realm: tests, path: \(folder)/htpasswd}}
            """
        try Data(config.utf8).write(to: URL(fileURLWithPath: folder + "/config.yml"))
        server.executableURL = URL(fileURLWithPath: "/usr/bin/docker-registry")
        server.arguments = ["serve", folder + "/config.yml"]
        server.environment = ["PATH": "/usr/bin"]
        server.standardError = log
        server.standardOutput = FileHandle.nullDevice
        try server.run()
        domain = try Self.place(in: log.fileHandleForReading)
    }

    deinit {
        server.terminate()
        server.waitUntilExit()
    }

    /// `listening on 127.0.0.1:40123`; the end of the log is the end of the registry.
    private static func place(in log: FileHandle) throws -> String {
        var text = ""
        while true {
            let more = log.availableData
            guard !more.isEmpty else { throw IOFailure(.run, "docker-registry", .truncated) }
            text += String(decoding: more, as: UTF8.self)
            if let found = text.firstMatch(of: #/listening on (127\.0\.0\.1:[0-9]+)/#) { return String(found.1) }
        }
    }
}
