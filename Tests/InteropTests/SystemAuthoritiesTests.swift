import TestSupport
import Testing

/// Which authorities the binary trusts without --ca. Both servers have certificates of an authority that no system knows.
extension Interop {
    @Suite(.needsRegistries)
    struct SystemAuthoritiesTests {
        private let image = Program.fixture("docker20/hello-amd64.tar")
        private let repository = Registries.repository()
        private let unknown = ["SSL_CERT_FILE": "", "SSL_CERT_DIR": ""]
        private let advice = "trust the authority of its certificate with --ca FILE"

        private func pusher(_ home: String, _ environment: [String: String]) -> Pusher {
            var pusher = Pusher(home)
            pusher.environment = unknown.merging(environment) { $1 }
            return pusher
        }

        /// Makes a directory in which OpenSSL finds the authority by the hash of its name.
        private func folder(in scratch: borrowing TemporaryDirectory) throws -> String {
            let run = try Program.run("openssl", ["x509", "-noout", "-hash", "-in", Registries.authority])
            let hash = run.stdout.withoutEndingNewlines
            try scratch.write(Array(try Program.run("cat", [Registries.authority]).output), to: "certs/\(hash).0")
            return scratch.path("certs")
        }

        @Test("SSL_CERT_FILE and SSL_CERT_DIR name the trusted authorities")
        func named() throws {
            let scratch = try TemporaryDirectory()
            let name = "docker://\(Registries.Server.tls.place)/\(repository):1.0"
            let message = try pusher(scratch.path, [:]).refused([image, "-o", name])
            #expect(message.contains(advice))
            let file = pusher(scratch.path, ["SSL_CERT_FILE": Registries.authority])
            let digest = try file([image, "-o", name])
            let folder = pusher(scratch.path, ["SSL_CERT_DIR": try folder(in: scratch)])
            #expect(try folder([name, "-o", scratch.path("back/")]) == digest)
        }

        @Test("a proxy with TLS is trusted by the same authorities", arguments: [false, true])
        func proxy(_ hasTLS: Bool) throws {
            let scratch = try TemporaryDirectory()
            let server = hasTLS ? Registries.Server.tls : .plain
            let arguments =
                [image, "-o", "docker://\(Registries.proxiedName):\(server.port)/\(repository):1.0"]
                + (hasTLS ? ["--ca", Registries.authority] : ["--plain-http"])
            let proxy = [hasTLS ? "https_proxy" : "http_proxy": "https://\(Registries.Server.secureProxy.place)"]
            #expect(try pusher(scratch.path, proxy).refused(arguments).contains(advice))
            for found in [["SSL_CERT_FILE": Registries.authority], ["SSL_CERT_DIR": try folder(in: scratch)]] {
                try pusher(scratch.path, proxy.merging(found) { $1 })(arguments)
            }
        }

        @Test("a registry that speaks only HTTP/2 is read")
        func http2() throws {
            let scratch = try TemporaryDirectory()
            let name = "docker://\(Registries.Server.http2.place)/demo"
            let run = try pusher(scratch.path, [:]).run(["ls", name, "--ca", Registries.authority])
            #expect(run.status == 0, "\(run.stderr)")
            #expect(run.stdout.contains("1.0") && run.stdout.contains("1.1"), "\(run.stdout)")
        }
    }
}
