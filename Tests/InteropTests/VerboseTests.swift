import Foundation
import TestSupport
import Testing

/// `--verbose` at real registries.
extension Interop {
    @Suite(.needsRegistries)
    struct VerboseTests: ~Copyable {
        private let scratch: TemporaryDirectory

        init() throws { scratch = try TemporaryDirectory() }

        private var pusher: Pusher { Pusher(scratch.path) }

        @Test(
            "requests and decisions are printed, and neither passwords nor tokens nor queries",
            arguments: [Registries.Server.htpasswd, .token])
        func push(_ server: Registries.Server) throws {
            let layout = try MergeCase.plain.layout(at: scratch.path("layout"))
            let repository = Registries.repository()
            let auth = Data("\(Registries.user):\(Registries.password)".utf8).base64EncodedString()
            let file = try scratch.write(
                Array(#"{"auths":{"\#(server.place)":{"auth":"\#(auth)"}}}"#.utf8), to: "auth.json")
            let run = try pusher.run([
                "push", layout.path, "\(server.place)/\(repository):1.0", "--plain-http", "--authfile", file, "-v",
            ])
            #expect(run.status == 0, "\(run.stderr)")
            let lines = run.stderr.split(separator: "\n").map(String.init)
            #expect(lines.contains("ocimerge: \(server.place)/\(repository): credentials from \(file)"))
            #expect(
                lines.contains {
                    $0.hasPrefix("ocimerge: HEAD http://\(server.place)/v2/\(repository)/manifests/1.0 401")
                })
            #expect(lines.contains { $0.hasSuffix(" was sent to \(server.place)/\(repository)") })
            #expect(
                lines.contains {
                    $0.hasPrefix("ocimerge: PUT http://\(server.place)/v2/\(repository)/manifests/1.0 201 ")
                })
            let token = "ocimerge: GET http://\(Registries.Server.tokens.place)/token 200 "
            #expect(lines.contains { $0.hasPrefix(token) } == (server == .token))
            for secret in ["?", auth, Registries.password, "Bearer", "Basic", "eyJ", "uploads/0", "_state"] {
                #expect(!run.stderr.contains(secret))
            }
            let second = try pusher.run([
                "push", layout.path, "\(server.place)/\(repository):2.0", "--plain-http", "--authfile", file, "-v",
            ])
            #expect(second.stderr.contains(" is present in \(server.place)/\(repository)\n"))
        }
    }
}
