import Foundation
import TestSupport
import Testing

@Suite("login stores and logout removes credentials")
struct LoginTests {
    private static let password = "s3cret:päss"
    private static let encoded = Data("joe:\(password)".utf8).base64EncodedString()

    private let place: CredentialHome
    private var home: String { place.path }
    private var host: String { place.host }
    private var environment: [String: String] { place.environment }
    private var config: String { home + "/.docker/config.json" }

    init() throws { place = try CredentialHome(credential: Self.encoded, answer: "200 OK") }

    private func run(_ arguments: String..., input: String = "", more: [String: String] = [:]) throws -> Run {
        let run = try Program.run(
            Program.ocimerge, arguments, input: Array(input.utf8), environment: environment.merging(more) { $1 })
        for secret in [Self.password, Self.encoded] {
            #expect(!run.stdout.contains(secret) && !run.stderr.contains(secret))
        }
        return run
    }

    private func login(_ arguments: String..., input: String = password + "\n") throws -> Run {
        try Program.run(
            Program.ocimerge, ["login", host, "--plain-http", "-u", "joe", "--password-stdin"] + arguments,
            input: Array(input.utf8), environment: environment)
    }

    private var written: String? { try? String(contentsOfFile: config, encoding: .utf8) }

    private var warning: String {
        "ocimerge: warning: the password is stored unencrypted in \(config); a helper named by credsStore there "
            + "would protect it\n"
    }

    @Test("login stores an accepted password and logout removes it")
    func storesAndRemoves() throws {
        let done = try login()
        expectDone(done, stderr: warning)
        #expect(done.stdout == "logged in to \(host) as joe; kept in \(config)\n")
        #expect(written?.contains("\"\(host)\"") == true)
        #expect(written?.contains("\"auth\": \"\(Self.encoded)\"") == true)
        let mode = try FileManager.default.attributesOfItem(atPath: config)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let dry = try run("logout", host, "--dry-run")
        #expect(dry.stdout == "login to \(host) would be removed, kept in \(config) until now\n")
        let out = try run("logout", "http://\(host)/v2/")
        expectDone(out)
        #expect(out.stdout == "login to \(host) removed, kept in \(config) until now\n")
        #expect(written?.contains(Self.encoded) == false)
        let again = try run("logout", host)
        expectDone(again)
        #expect(again.stdout == "not logged in to \(host)\n")
    }

    @Test("Only the owner can read the file after a login", arguments: ["config.json", "auth.json"], [0o644, nil])
    func isPrivate(_ name: String, _ permissions: Int?) throws {
        let isDockers = name == "config.json"
        let path = isDockers ? config : home + "/run/containers/auth.json"
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let variable = isDockers ? [:] : ["REGISTRY_AUTH_FILE": path]
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        if let permissions {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        }
        // The second login changes no byte.
        for _ in 0..<2 {
            let arguments = ["login", host, "--plain-http", "-u", "joe", "--password-stdin"]
            let run = try Program.run(
                Program.ocimerge, arguments, input: Array((Self.password + "\n").utf8),
                environment: environment.merging(variable) { $1 })
            #expect(run.stdout == "logged in to \(host) as joe; kept in \(path)\n")
            #expect(try mode(path) == 0o600)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        }
        if permissions == nil { #expect(try mode(folder) == 0o700) }
    }

    @Test("login sends no password over http to a token server on another host")
    func otherHost() throws {
        let registry = try WireServer { _ in
            let challenge = #"Bearer realm="http://auth.invalid/token",service="x""#
            return [
                .send(
                    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: \(challenge)\r\nContent-Length: 2\r\n\r\n{}")
            ]
        }
        let host = "127.0.0.1:\(registry.port)"
        let run = try run(
            "login", host, "--plain-http", "-u", "joe", "--password-stdin", input: Self.password + "\n")
        expectFailure(
            run,
            "\(host) names 'http://auth.invalid/token' as its token server, but credentials are not sent there; the "
                + "registry must name an https address")
        #expect(registry.requests.allSatisfy { !$0.headers.contains { $0.hasPrefix("Authorization") } })
        #expect(written == nil)
    }

    @Test("login writes nothing if the registry refuses the password")
    func refused() throws {
        let run = try login(input: "wrong")
        expectOneSentence(run, "refused")
        #expect(run.stderr.contains(host))
        #expect(!run.stderr.contains("wrong"))
        #expect(written == nil)
        #expect(try Tree.names(in: home) == [])
    }

    @Test("--json and --quiet report the result, and --dry-run writes nothing")
    func reports() throws {
        let dry = try login("--dry-run", "--json")
        #expect(dry.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(dry.output)) as? [String: Any]
        #expect(object?["registry"] as? String == host)
        #expect(object?["user"] as? String == "joe")
        #expect((object?["kept"] as? [String: String]) == ["file": config])
        #expect(object?["dryRun"] as? Bool == true)
        #expect(written == nil)
        #expect(try login("--quiet").stdout == "\(host)\n")
        #expect(try run("logout", "-q", host).stdout == "\(host)\n")
        #expect(try run("logout", "-q", host).stdout == "")
        let out = try run("logout", "--json", host)
        #expect(
            out.stdout
                == "{\n  \"registry\": \"\(host)\",\n  \"removed\": [],\n  \"dryRun\": false,\n  \"warnings\": []\n}\n")
    }

    @Test("login updates the file that has precedence and warns about an overriding variable")
    func shadowed() throws {
        let old = #"{"auths":{"\#(host)":{"auth":"b2xkOm9sZA=="}}}"#
        let podmans = home + "/.config/containers/auth.json"
        try FileManager.default.createDirectory(
            atPath: home + "/.config/containers", withIntermediateDirectories: true)
        try Data(old.utf8).write(to: URL(fileURLWithPath: podmans))
        let arguments = ["login", host, "--plain-http", "-u", "joe", "--password-stdin"]
        let input = Array((Self.password + "\n").utf8)
        let done = try Program.run(Program.ocimerge, arguments, input: input, environment: environment)
        #expect(done.stdout == "logged in to \(host) as joe; kept in \(podmans)\n")
        #expect(
            try String(contentsOfFile: podmans, encoding: .utf8) == old.replacing("b2xkOm9sZA==", with: Self.encoded))
        #expect(written == nil)
        let inline = environment.merging(["DOCKER_AUTH_CONFIG": old]) { $1 }
        let warned = try Program.run(Program.ocimerge, arguments, input: input, environment: inline)
        expectDone(
            warned,
            stderr: warning.replacing(config, with: podmans)
                + "ocimerge: warning: DOCKER_AUTH_CONFIG in the environment also names \(host) and overrides every "
                + "file while it is set\n")
    }

    @Test("--authfile and $REGISTRY_AUTH_FILE select the file")
    func elsewhere() throws {
        let file = home + "/deep/auth.json"
        let done = try login("--authfile", file)
        #expect(done.stdout == "logged in to \(host) as joe; kept in \(file)\n")
        #expect(written == nil)
        #expect(try run("logout", host).stdout == "not logged in to \(host)\n")
        #expect(try run("logout", host, more: ["REGISTRY_AUTH_FILE": file]).stdout.contains(file))
        #expect(try run("logout", host, "--authfile", file).stdout == "not logged in to \(host)\n")
    }

    @Test("A helper stores the password, and no command line shows it")
    func helper() throws {
        // Records the command lines of the helper and of its parent.
        let script = """
            #!/bin/sh
            tr '\\0' ' ' < /proc/$$/cmdline >> \(home)/seen
            tr '\\0' ' ' < /proc/$PPID/cmdline >> \(home)/seen
            case $1 in
            store) cat > \(home)/kept ;;
            get) cat \(home)/kept 2> /dev/null || { echo credentials not found in native keychain; exit 1; } ;;
            erase) rm \(home)/kept ;;
            esac

            """
        for folder in ["bin", ".docker"] {
            try FileManager.default.createDirectory(atPath: "\(home)/\(folder)", withIntermediateDirectories: true)
        }
        let path = home + "/bin/docker-credential-box"
        try Data(script.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try Data(#"{"credsStore":"box"}"#.utf8).write(to: URL(fileURLWithPath: config))
        let done = try login()
        expectDone(done)
        #expect(done.stdout == "logged in to \(host) as joe; kept by docker-credential-box\n")
        #expect(written == #"{"credsStore":"box","auths":{"\#(host)":{}}}"#)
        #expect(try String(contentsOfFile: home + "/kept", encoding: .utf8).contains(Self.password))
        let out = try run("logout", host)
        #expect(out.stdout == "login to \(host) removed, kept by docker-credential-box until now\n")
        #expect(!FileManager.default.fileExists(atPath: home + "/kept"))
        let seen = try String(contentsOfFile: home + "/seen", encoding: .utf8)
        #expect(seen.contains("docker-credential-box store"))
        #expect(!seen.contains(Self.password) && !seen.contains(Self.encoded))
    }

    @Test("login prompts at a terminal without echo and restores the terminal")
    func terminal() throws {
        let session = try TerminalSession(
            Program.ocimerge, ["login", host, "--plain-http"], environment: environment)
        session.wait(for: "User name at \(host): ")
        #expect(session.isEchoing)
        session.type("joe\n")
        session.wait(for: "Password of joe: ")
        #expect(!session.isEchoing)
        session.type(Self.password + "\n")
        session.wait(for: "logged in")
        #expect(session.isEchoing)
        #expect(session.end() == 0)
        #expect(!session.shown.contains(Self.password))
        #expect(written?.contains(Self.encoded) == true)
    }

    @Test("A signal at the prompt restores the terminal", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(_ number: Int32) throws {
        let session = try TerminalSession(
            Program.ocimerge, ["login", host, "-u", "joe", "--plain-http"], environment: environment)
        session.wait(for: "Password of joe: ")
        #expect(!session.isEchoing)
        // The prompt takes Ctrl-\ as a character: SIGQUIT would end the process without clean-up.
        if number == SIGINT { session.type("\u{1c}\u{3}") } else { session.signal(number) }
        #expect(session.end() == -number)
        #expect(session.isEchoing)
        #expect(try Tree.names(in: home) == [])
    }

    static let wrongLines: [(arguments: [String], input: String, sentence: String)] = [
        (
            ["login", "nohost"], "",
            "'nohost' is not the name of a registry; write HOST[:PORT], e.g. registry.example:5000"
        ),
        (
            ["login", "r.example/team"], "",
            "'r.example/team' is not the name of a registry; write HOST[:PORT], e.g. registry.example:5000"
        ),
        (["logout", "a b"], "", "'a b' is not the name of a registry; write HOST[:PORT], e.g. registry.example:5000"),
        (
            ["login", "r.example", "--password-stdin"], "",
            "--password-stdin requires --username USER"
        ),
        (["login", "a.example", "b.example"], "", "login takes one HOST, but 'b.example' is given too"),
        (["inspect", "-", "-u", "a", "--password-stdin"], "", "--password-stdin and - cannot be combined"),
    ]

    @Test("A wrong command line is a usage error", arguments: wrongLines.indices)
    func wrong(_ number: Int) throws {
        let (arguments, input, sentence) = Self.wrongLines[number]
        let run = try Program.run(
            Program.ocimerge, arguments, input: Array(input.utf8), environment: environment)
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("ocimerge: \(sentence)\n"), "\(run.stderr)")
    }

    static let unusableSecrets: [(user: String, input: [UInt8], sentence: String)] = [
        ("a:b", [0x70], "'a:b' cannot be a user name: it holds a colon or a control character"),
        ("joe", [], "the password is empty"), ("joe", [0x0a], "the password is empty"),
        ("joe", [0xff, 0xfe], "the password is not a text in UTF-8"),
        (
            "joe", [UInt8](repeating: 0x70, count: 70_000),
            "standard input is larger than the 65.5 kB allowed for such a document"
        ),
    ]

    @Test("An unusable user name or password is refused", arguments: unusableSecrets.indices)
    func unusable(_ number: Int) throws {
        let (user, input, sentence) = Self.unusableSecrets[number]
        let run = try Program.run(
            Program.ocimerge, ["login", host, "-u", user, "--password-stdin"], input: input, environment: environment)
        expectFailure(run, sentence)
    }

    @Test("A FIFO in the place of a credential file is refused", .mustEnd)
    func fifo() throws {
        try FileManager.default.createDirectory(atPath: home + "/.docker", withIntermediateDirectories: true)
        try Program.run("mkfifo", [config])
        let sentence = "\(config) is not a regular file, so no credentials or certificates are read from it"
        expectFailure(try login(), sentence)
        expectFailure(try run("logout", host), sentence)
        expectFailure(try run("inspect", "--plain-http", "docker://\(host)/a/b:1"), sentence)
        expectFailure(try run("inspect", "--plain-http", "--authfile", config, "docker://\(host)/a/b:1"), sentence)
        expectFailure(try run("inspect", "--ca", config, "docker://\(host)/a/b:1"), sentence)
    }

    @Test("A broken credential file is reported before the prompt")
    func broken() throws {
        try FileManager.default.createDirectory(atPath: home + "/.docker", withIntermediateDirectories: true)
        try Data("{".utf8).write(to: URL(fileURLWithPath: config))
        let run = try login(input: "")
        expectFailure(
            run, "cannot read credentials: \(config) is not valid JSON: it ends too early at byte 1")
    }
}
