import ByteIO
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Correct and faulty credential helpers.
struct CredentialHelperTests {
    private func helper(_ home: borrowing CredentialHome, _ name: String = "x") throws -> CredentialHelper {
        try CredentialHelper(named: name, by: "config.json", searchPath: "\(home.directory.path("bin")):/usr/bin:/bin")
    }

    @Test func requestsUseStandardInputOnly() throws {
        let home = try CredentialHome()
        // Records the input, and the arguments, which every user of the machine can see.
        try home.helper("x", "cat > \"$store\"; tr '\\0' ' ' < /proc/$$/cmdline >> \"$log\"")
        let x = try helper(home)
        try x.store("r.example", user: "u\"", password: "s3cret\n")
        #expect(try home.read("store") == #"{"ServerURL":"r.example","Username":"u\"","Secret":"s3cret\n"}"# + "\n")
        #expect(!(try home.read("log")).contains("s3cret"))
        #expect(try x.erase("https://index.docker.io/v1/"))
        #expect(try home.read("store") == "https://index.docker.io/v1/")
    }

    static let answers: [(answer: String, credential: Credential?)] = [
        (#"{"ServerURL": "r", "Username": "u", "Secret": "p:q"}"#, .basic(user: "u", password: "p:q")),
        (#"{"Username": "<token>", "Secret": "t"}"#, .identityToken("t")),
        (#"{"ServerURL": "r", "Username": "", "Secret": ""}"#, nil),
    ]

    @Test(arguments: answers)
    func responsesAreParsed(_ answer: String, _ credential: Credential?) throws {
        let home = try CredentialHome()
        try home.helper("x", "echo '\(answer)'")
        #expect(try helper(home).get("r") == credential)
    }

    @Test("an absent credential is no error", arguments: ["", " >&2"])
    func absent(_ where: String) throws {
        let home = try CredentialHome()
        try home.helper("x", "echo 'credentials not found in native keychain'\(`where`); exit 1")
        #expect(try helper(home).get("r") == nil)
        #expect(try !helper(home).erase("r"))
    }

    static let bad: [(body: String, error: CredentialError)] = [
        ("echo 'no key ring'; exit 1", .helperFailed(helper: "docker-credential-x", status: 1, output: "no key ring")),
        (
            "echo >&2; echo ' on stderr ' >&2; exit 7",
            .helperFailed(helper: "docker-credential-x", status: 7, output: "on stderr")
        ),
        ("exit 2", .helperFailed(helper: "docker-credential-x", status: 2, output: "")),
        ("kill -9 $$", .helperFailed(helper: "docker-credential-x", status: 137, output: "")),
        (
            #"echo '{"password": "hidden"}'; exit 1"#,
            .helperFailed(helper: "docker-credential-x", status: 1, output: "")
        ),
        ("echo hidden; echo said >&2; exit 1", .helperFailed(helper: "docker-credential-x", status: 1, output: "said")),
        (#"echo '{"Secret": "hidden"}'; exit 1"#, .helperFailed(helper: "docker-credential-x", status: 1, output: "")),
        ("echo junk", .helperAnswer(helper: "docker-credential-x")),
        ("", .helperAnswer(helper: "docker-credential-x")), ("echo '{}'", .helperAnswer(helper: "docker-credential-x")),
        ("echo '[1]'", .helperAnswer(helper: "docker-credential-x")),
        (#"echo '{"Username": 1, "Secret": "p"}'"#, .helperAnswer(helper: "docker-credential-x")),
        ("exec yes", .helperAnswer(helper: "docker-credential-x")),
        ("exec yes >&2", .helperAnswer(helper: "docker-credential-x")),
    ]

    @Test(arguments: bad)
    func failures(_ body: String, _ error: CredentialError) throws {
        let home = try CredentialHome()
        try home.helper("x", body)
        #expect(throws: error) { try helper(home).get("r") }
    }

    @Test func aHelperThatHangsIsEnded() throws {
        let home = try CredentialHome()
        try home.helper("x", "exec sleep 7777")
        let waited = Mutex<[String]>([])
        let patience = HelperPatience(ChildPatience(notice: .milliseconds(100), silence: .seconds(1))) { name in
            waited.withLock { $0.append(name) }
        }
        let x = try CredentialHelper(
            named: "x", by: "config.json", searchPath: "\(home.directory.path("bin")):/usr/bin:/bin", patience)
        let overdue = CredentialError.helperOverdue(helper: "docker-credential-x", seconds: 1)
        #expect(throws: overdue) { try x.get("r") }
        #expect(throws: overdue) { try x.store("r", user: "u", password: "p") }
        #expect(throws: overdue) { try x.erase("r") }
        #expect(waited.withLock { $0 } == Array(repeating: "docker-credential-x", count: 3))
    }

    @Test func errorsContainNoSecret() throws {
        let home = try CredentialHome()
        try home.helper("x", "read -r line; echo \"cannot keep $line\" | tr -d '{}\"'; exit 1")
        #expect(throws: CredentialError.helperFailed(helper: "docker-credential-x", status: 1, output: "")) {
            try helper(home).store("r", user: "u", password: "s3cret")
        }
    }

    @Test(arguments: ["", "-x", ".x", "../x", "a/b", "a b", "a\n", "é", "a;b", "$(id)"])
    func invalidNamesAreRefused(_ name: String) throws {
        let home = try CredentialHome()
        #expect(throws: CredentialError.helperName(path: "config.json", name: name)) { try helper(home, name) }
    }

    @Test func missingHelpersAreReported() throws {
        let home = try CredentialHome()
        #expect(throws: CredentialError.helperMissing(helper: "docker-credential-x")) { try helper(home) }
        try home.write("#!/bin/sh\n", "bin/docker-credential-x")
        #expect(throws: CredentialError.helperMissing(helper: "docker-credential-x")) { try helper(home) }
    }
}
