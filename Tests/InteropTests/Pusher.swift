import Foundation
import TestSupport
import Testing

/// Runs the built binary with a private home directory and an environment without other settings for registries.
struct Pusher: Sendable {
    let home: String
    var environment: [String: String] = [:]

    init(_ home: String) { self.home = home }

    /// Stores the passwords of the registries in the environment, as in a CI job.
    init(_ home: String, knowing peers: [RegistryPeer]) throws {
        self.home = home
        let auth = Data("\(Registries.user):\(Registries.password)".utf8).base64EncodedString()
        let places = peers.filter(\.wantsPassword).map(\.server.place)
        let known = ["auths": Dictionary(places.map { ($0, ["auth": auth]) }) { first, _ in first }]
        environment["DOCKER_AUTH_CONFIG"] = String(decoding: try JSONEncoder().encode(known), as: UTF8.self)
    }

    private var whole: [String: String] {
        let silent = ["http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "ALL_PROXY", "all_proxy"]
        return Dictionary(silent.map { ($0, "") }) { first, _ in first }
            .merging(["HOME": home, "XDG_STATE_HOME": home + "/state", "TMPDIR": home]) { $1 }
            .merging(environment) { $1 }
    }

    func run(_ arguments: [String]) throws -> Run {
        try Program.run(Program.ocimerge, arguments, environment: whole)
    }

    /// Expects success and returns the output of --quiet: the digest.
    @discardableResult
    func callAsFunction(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let run = try run(arguments + ["-q"])
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
        return run.stdout.withoutEndingNewlines
    }

    /// A run that continues while the test does other work.
    func child(_ arguments: [String]) throws -> Child {
        let assignments = whole.map { "\($0)=\($1)" }.sorted() + [Program.ocimerge] + arguments
        return try Child(assignments[0], Array(assignments.dropFirst()), directory: home)
    }

    /// Expects exit 1 with one error and returns it.
    @discardableResult
    func refused(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let run = try run(arguments)
        #expect(run.status == 1, "\(run.stdout)\(run.stderr)", sourceLocation: sourceLocation)
        let lines = run.stderr.split(separator: "\n")
        #expect(lines.count == 1, "\(run.stderr)", sourceLocation: sourceLocation)
        #expect(run.stdout.isEmpty, sourceLocation: sourceLocation)
        #expect(!run.stderr.contains(Registries.password), sourceLocation: sourceLocation)
        return run.stderr
    }
}

extension RegistryPeer {
    /// The options for the registry, besides credentials.
    var flags: [String] {
        switch server {
        case .tls: ["--ca", Registries.authority]
        case .mutual: ["--ca", Registries.authority, "--cert", Registries.certificate, "--key", Registries.key]
        default: []
        }
    }
}

/// The digest of a tag in `plain`; `nil` if there is no such tag.
func tagged(_ repository: String, _ tag: String = "1.0") throws -> String? {
    let types = [
        "oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    ].map { "application/vnd.\($0)+json" }
    let answer = try Web.ask(
        "GET", Registries.Server.plain.place, "/v2/\(repository)/manifests/\(tag)",
        headers: types.map { ("Accept", $0) })
    return answer.status == 404 ? nil : try digest(answer.body)
}
