import ByteIO
import ImageModel
import Testing

@testable import Registry

/// The credential files of current and old versions of docker and podman.
@Suite struct CredentialFileTests {
    private func file(_ text: String, _ form: CredentialFile.Form = .current) throws -> CredentialFile {
        try CredentialFile(Array(text.utf8), path: "config.json", form: form)
    }

    private func found(_ text: String, _ name: String, _ form: CredentialFile.Form = .current) throws -> Credential? {
        try file(text, form).credential(for: try #require(RepositoryName(parsing: name)))
    }

    private static func auth(_ text: String) -> String { #"{"auth": "\#(Base64.text(Array(text.utf8)))"}"# }

    static let entries: [(entry: String, credential: Credential?, sentence: String)] = [
        (auth("u:p"), .basic(user: "u", password: "p"), "user and password"),
        (auth("u:p:q:"), .basic(user: "u", password: "p:q:"), "only the first colon counts"),
        (auth("u:"), .basic(user: "u", password: ""), "an empty password"),
        (auth("u:p\0\0"), .basic(user: "u", password: "p"), "padded with NULs by an old docker"),
        (auth("ü:🔑"), .basic(user: "ü", password: "🔑"), "beyond ASCII"),
        (#"{"auth": "dTp\nw\r\n"}"#, .basic(user: "u", password: "p"), "line ends in between"),
        (#"{"username": "u", "password": "p"}"#, .basic(user: "u", password: "p"), "not encoded"),
        (
            #"{"auth": "dTpw", "username": "x", "password": "y"}"#, .basic(user: "u", password: "p"),
            "auth precedes username"
        ),
        (#"{"auth": "dTo=", "identitytoken": "t"}"#, .identityToken("t"), "an identity token beside its user"),
        (#"{"registrytoken": "t"}"#, .bearer("t"), "a bearer token"),
        (#"{"auth": "", "email": "e"}"#, nil, "an empty entry"), ("{}", nil, "stored in a helper"),
        ("null", nil, "null"),
        (#"{"username": "u"}"#, nil, "no password"),
    ]

    @Test(arguments: entries)
    func entriesAreParsed(_ entry: String, _ credential: Credential?, _ sentence: String) throws {
        #expect(try found(#"{"auths": {"r.example": \#(entry)}}"#, "r.example/app") == credential, "\(sentence)")
        #expect(try found(#"{"http://r.example/v1/": \#(entry)}"#, "r.example/app", .legacy) == credential)
    }

    @Test(
        "malformed entries are errors",
        arguments: ["\"u:p\"", "7", auth("nocolon"), auth(":p"), #"{"auth": "dTpw="}"#, #"{"auth": "dTr/"}"#])
    func malformed(_ entry: String) throws {
        #expect(throws: CredentialError.malformedEntry(path: "config.json", key: "r.example")) {
            try found(#"{"auths": {"r.example": \#(entry)}}"#, "r.example/app")
        }
        // Entries of other registries stay usable.
        #expect(
            try found(#"{"auths": {"r.example": \#(entry), "s.example": {"auth": "dTpw"}}}"#, "s.example/app")
                == .basic(user: "u", password: "p"))
    }

    static let choices: [(keys: [String], name: String, chosen: String?)] = [
        (["r.example", "r.example/a", "r.example/a/b", "r.example/a/b/c"], "r.example/a/b/c", "r.example/a/b/c"),
        (["r.example", "r.example/a", "r.example/a/b"], "r.example/a/b/c", "r.example/a/b"),
        (["r.example", "r.example/ab"], "r.example/a/b", "r.example"), (["r.example/a"], "r.example/b", nil),
        (["https://r.example", "r.example"], "r.example/b", "r.example"),
        (["https://r.example:5000/v2/"], "r.example:5000/b", "https://r.example:5000/v2/"),
        (["r.example"], "r.example:5000/b", nil), (["r.example:5000"], "r.example/b", nil),
        (["x.r.example", "r.example.evil"], "r.example/b", nil),
        (["https://index.docker.io/v1/"], "busybox", "https://index.docker.io/v1/"),
        (["docker.io/library", "docker.io"], "busybox", "docker.io/library"), (["docker.io"], "demo/app", "docker.io"),
        (["index.docker.io"], "registry-1.docker.io/demo/app", "index.docker.io"), (["docker.io"], "quay.io/x", nil),
    ]

    @Test(arguments: choices)
    func theLongestMatchingKeyIsUsed(_ keys: [String], _ name: String, _ chosen: String?) throws {
        let members = keys.map { #""\#($0)": {"username": "\#($0)", "password": "p"}"# }.joined(separator: ",")
        let expected = chosen.map { Credential.basic(user: $0, password: "p") }
        #expect(try found(#"{"auths": {\#(members)}}"#, name) == expected)
    }

    @Test func helpersAreFoundByRegistryThenByDefault() throws {
        let both = try file(
            #"{"credsStore": "all", "credHelpers": {"r.example": "one", "docker.io": "hub", "x.y": ""}}"#)
        #expect(try both.helper(for: "r.example") == .init(name: "one", server: "r.example", isDefault: false))
        #expect(try both.helper(for: "docker.io") == .init(name: "hub", server: "docker.io", isDefault: false))
        #expect(try both.helper(for: "x.y") == .init(name: "all", server: "x.y", isDefault: true))
        let all = try file(#"{"credsStore": "all"}"#)
        #expect(
            try all.helper(for: "docker.io")
                == .init(name: "all", server: "https://index.docker.io/v1/", isDefault: true))
        #expect(try file(#"{"credsStore": "", "credHelpers": null}"#).helper(for: "r.example") == nil)
        #expect(try file(#"{"credsStore": "all"}"#, .legacy).helper(for: "r.example") == nil)
    }

    @Test func emptyFilesHaveNoCredentials() throws {
        for text in ["", " \n\t"] { #expect(try found(text, "r.example/app") == nil) }
        for text in ["{}", #"{"auths": null}"#, #"{"auths": {}}"#] { #expect(try found(text, "r.example/app") == nil) }
    }

    static let broken: [(text: String, error: CredentialError)] = [
        ("[]", .malformed(path: "config.json", member: "")),
        ("x", .notJSON(path: "config.json", .init(offset: 0, reason: .unexpectedByte(0x78)))),
        (#"{"auths": []}"#, .malformed(path: "config.json", member: "auths")),
        (#"{"credHelpers": 1}"#, .malformed(path: "config.json", member: "credHelpers")),
        (#"{"credHelpers": {"r.example": 1}}"#, .malformed(path: "config.json", member: "credHelpers")),
        (#"{"credsStore": 1}"#, .malformed(path: "config.json", member: "credsStore")),
    ]

    @Test(arguments: broken)
    func malformedFilesAreReported(_ text: String, _ error: CredentialError) throws {
        #expect(throws: error) {
            let file = try file(text)
            _ = try file.helper(for: "r.example")
            _ = try file.credential(for: try #require(RepositoryName(parsing: "r.example/app")))
        }
    }
}
