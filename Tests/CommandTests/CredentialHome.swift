import Foundation
import TestSupport

/// A home directory without credentials, and a registry that accepts the user of `credential` only.
final class CredentialHome {
    private let directory: TemporaryDirectory
    private let registry: WireServer

    /// `credential`: the base64 text of USER:PASSWORD. `answer`: the status line for that user.
    init(credential: String, answer: String) throws {
        directory = try TemporaryDirectory()
        registry = try WireServer { request in
            let isKnown = request.headers.contains { $0.hasSuffix("Basic \(credential)") }
            let head = isKnown ? answer : "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"here\""
            return [.send("HTTP/1.1 \(head)\r\nContent-Length: 2\r\n\r\n{}")]
        }
    }

    var path: String { directory.path }
    var host: String { "127.0.0.1:\(registry.port)" }

    /// The environment of a program that runs in this home.
    var environment: [String: String] {
        [
            "HOME": path, "XDG_RUNTIME_DIR": path + "/run", "XDG_CONFIG_HOME": "", "DOCKER_CONFIG": "",
            "REGISTRY_AUTH_FILE": "", "DOCKER_AUTH_CONFIG": "", "http_proxy": "", "no_proxy": "*",
            "PATH": path + "/bin:/usr/bin:/bin",
        ]
    }
}
