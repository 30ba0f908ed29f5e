import TestSupport
import Testing

/// Pushes through a forward proxy. Only the proxy resolves the host name.
extension Interop {
    @Suite(.needsRegistries)
    struct PushProxyTests {
        private let image = Program.fixture("docker20/hello-amd64.tar")
        private let repository = Registries.repository()

        /// The URL of the proxy with user and password.
        private var guarded: String {
            let password = Registries.password.replacing(":", with: "%3A").replacing("/", with: "%2F")
            return "http://\(Registries.user):\(password)@\(Registries.Server.guardedProxy.place)"
        }

        private func name(_ server: Registries.Server) -> String {
            "docker://\(Registries.proxiedName):\(server.port)/\(repository):1.0"
        }

        private func pusher(_ home: String, _ environment: [String: String]) -> Pusher {
            var pusher = Pusher(home)
            pusher.environment = environment
            return pusher
        }

        @Test(
            "a push through a proxy works with and without TLS and password", arguments: [false, true], [false, true])
        func proxied(_ hasTLS: Bool, _ isGuarded: Bool) throws {
            let scratch = try TemporaryDirectory()
            let proxy = isGuarded ? guarded : "http://\(Registries.Server.proxy.place)"
            let pusher = pusher(scratch.path, [hasTLS ? "https_proxy" : "http_proxy": proxy])
            let flags = hasTLS ? ["--ca", Registries.authority] : ["--plain-http"]
            let name = name(hasTLS ? .tls : .plain)
            let digest = try pusher([image, "-o", name] + flags)
            #expect(try pusher([name, "-o", scratch.path("back/")] + flags) == digest)
        }

        @Test("a proxy that requires a password and gets none is one error", arguments: [false, true])
        func unknown(_ hasTLS: Bool) throws {
            let scratch = try TemporaryDirectory()
            let proxy = "http://\(Registries.Server.guardedProxy.place)"
            try pusher(scratch.path, [hasTLS ? "https_proxy" : "http_proxy": proxy]).refused(
                [image, "-o", name(hasTLS ? .tls : .plain)]
                    + (hasTLS ? ["--ca", Registries.authority] : ["--plain-http"]))
        }

        @Test("no_proxy lists hosts that are reached without the proxy")
        func without() throws {
            let scratch = try TemporaryDirectory()
            let proxy = ["http_proxy": "http://\(Registries.Server.proxy.place)"]
            let arguments = [image, "--plain-http", "-o", name(.plain)]
            // Without the proxy the host name is not resolved.
            try pusher(scratch.path, proxy.merging(["no_proxy": Registries.proxiedName]) { $1 }).refused(arguments)
            #expect(try tagged(repository) == nil)
            let digest = try pusher(scratch.path, proxy.merging(["no_proxy": "other.test"]) { $1 })(arguments)
            #expect(try tagged(repository) == digest)
        }

        @Test("loopback addresses are reached without the proxy")
        func loopback() throws {
            let scratch = try TemporaryDirectory()
            // No server listens there.
            let nowhere = ["http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"]
            let name = "docker://\(Registries.Server.plain.place)/\(repository):1.0"
            let digest = try pusher(scratch.path, nowhere)([image, "-o", name])
            #expect(try tagged(repository) == digest)
        }
    }
}
