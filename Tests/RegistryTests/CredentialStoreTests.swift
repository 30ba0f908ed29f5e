import ByteIO
import Foundation
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// The bytes that login writes and logout removes.
struct CredentialStoreTests {
    private let dockers = "home/.docker/config.json"

    private func logIn(_ home: borrowing CredentialHome, _ host: String = "r.example", password: String = "p") throws {
        _ = try CredentialStore(home.places()).store(user: "u", password: password, for: host)
    }

    @Test func aNewFileHasTheFormOfDocker() throws {
        let home = try CredentialHome()
        try logIn(home)
        #expect(
            try home.read(dockers)
                == "{\n\t\"auths\": {\n\t\t\"r.example\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}\n")
        #expect(FileSystem.permissions(of: home.directory.path(dockers)) == 0o600)
        #expect(FileSystem.permissions(of: home.directory.path("home/.docker")) == 0o700)
        #expect(try Tree.names(in: home.directory.path("home/.docker")) == ["config.json"])
    }

    static let edits: [(before: String, host: String, after: String)] = [
        (
            "{\n  \"psFormat\" : \"x\",\n  \"auths\" : {\n    \"s\" : { \"auth\" : \"a\" }\n  }\n}\n", "r.example",
            "{\n  \"psFormat\" : \"x\",\n  \"auths\" : {\n    \"s\" : { \"auth\" : \"a\" },\n    \"r.example\" : {\"auth\":\"dTpw\"}\n  }\n}\n"
        ),
        (
            #"{"auths":{"r.example":{"auth":"old","email":"e","identitytoken":"t"}},"x":1e2}"#, "r.example",
            #"{"auths":{"r.example":{"auth":"dTpw","email":"e"}},"x":1e2}"#
        ),
        (#"{"x":1}"#, "r.example", #"{"x":1,"auths":{"r.example":{"auth":"dTpw"}}}"#),
        (#"{"auths":null}"#, "r.example", #"{"auths":{"r.example":{"auth":"dTpw"}}}"#),
        (#"{"auths":{}}"#, "docker.io", #"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}"#),
        (#"{"auths":{"docker.io":{}}}"#, "docker.io", #"{"auths":{"docker.io":{"auth":"dTpw"}}}"#),
        // All keys of the registry change, so that every tool finds the new password.
        (
            #"{"auths":{"http://r.example/v1/":{"auth":"a"},"r.example":{"auth":"b"},"r.example/a":{"auth":"c"}}}"#,
            "r.example",
            #"{"auths":{"http://r.example/v1/":{"auth":"dTpw"},"r.example":{"auth":"dTpw"},"r.example/a":{"auth":"c"}}}"#
        ),
    ]

    @Test(arguments: edits.indices)
    func allOtherBytesAreKept(_ number: Int) throws {
        let edit = Self.edits[number]
        let home = try CredentialHome()
        try home.write(edit.before, dockers)
        try logIn(home, edit.host)
        #expect(try home.read(dockers) == edit.after)
        let found = try CredentialChain(home.places()).credential(
            for: try #require(RepositoryName(parsing: "\(edit.host)/z/z")))
        #expect(found == .basic(user: "u", password: "p"))
    }

    @Test func permissionsBecomeStricterAndLinksStay() throws {
        let home = try CredentialHome()
        try home.write("{}", "real/target.json")
        for (before, after) in [(0o644, 0o600), (0o600, 0o600), (0o400, 0o400)] {
            let path = home.directory.path("real/target.json")
            try FileManager.default.setAttributes([.posixPermissions: before], ofItemAtPath: path)
            try? FileManager.default.createDirectory(
                atPath: home.directory.path("home/.docker"), withIntermediateDirectories: true)
            try? FileManager.default.createSymbolicLink(
                atPath: home.directory.path(dockers), withDestinationPath: path)
            try logIn(home, password: "p\(before)")
            #expect(FileSystem.permissions(of: path) == UInt32(after))
            #expect(FileSystem.isLink(home.directory.path(dockers)))
        }
        #expect(try Tree.names(in: home.directory.path("real")) == ["target.json"])
    }

    private static let kept = #"{"auths":{"s":{"auth":"eDp5"},"r.example":{"auth":"dTpw"}}}"#

    /// A login that changes no byte is a write too.
    @Test(
        arguments: ["home/.docker/config.json", "run/containers/auth.json", "home/.config/containers/auth.json"],
        ["", kept, kept.replacing("dTpw", with: "b2xkOm9sZA==")])
    func aFileIsPrivateAfterEveryWrite(_ name: String, _ before: String) throws {
        let home = try CredentialHome()
        let path = home.directory.path(name)
        if !before.isEmpty { try home.write(before, name) }
        func expectPrivate() {
            #expect(FileSystem.permissions(of: path) == 0o600, "\(name)")
        }
        let store = CredentialStore(home.places(["REGISTRY_AUTH_FILE": path]))
        for permissions in [0o644, 0o666, 0o640, 0o600] {
            if FileSystem.exists(path) {
                try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
            }
            #expect(try store.store(user: "u", password: "p", for: "r.example") == .file(path))
            expectPrivate()
        }
        if before.isEmpty {
            #expect(FileSystem.permissions(of: FileSystem.parent(of: path)) == 0o700)
            #expect(FileSystem.permissions(of: FileSystem.parent(of: FileSystem.parent(of: path))) == 0o700)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try store.remove("r.example", isDryRun: false) == [.file(path)])
        expectPrivate()
    }

    @Test func withAHelperTheFileHoldsAnEmptyEntry() throws {
        let home = try CredentialHome()
        try home.keepingHelper("box")
        try home.write(#"{"credsStore":"box","auths":{"r.example":{"auth":"old","email":"e"}}}"#, dockers)
        #expect(try CredentialStore(home.places()).location(for: "r.example") == .helper("docker-credential-box"))
        for host in ["r.example", "docker.io"] { try logIn(home, host) }
        #expect(
            try home.read(dockers)
                == #"{"credsStore":"box","auths":{"r.example":{"email":"e"},"https://index.docker.io/v1/":{}}}"#)
        let chain = CredentialChain(home.places())
        for name in ["r.example/a", "busybox"] {
            let found = try chain.credential(for: try #require(RepositoryName(parsing: name)))
            #expect(found == .basic(user: "u", password: "p"))
        }
        let store = CredentialStore(home.places())
        #expect(try store.remove("r.example", isDryRun: true) == [.helper("docker-credential-box")])
        #expect(try store.remove("r.example", isDryRun: false) == [.helper("docker-credential-box")])
        #expect(try store.remove("r.example", isDryRun: false) == [])
        #expect(try home.read(dockers) == #"{"credsStore":"box","auths":{"https://index.docker.io/v1/":{}}}"#)
        #expect(try Tree.names(in: home.directory.path("store")).count == 1)
    }

    private static let old = #"{"auths":{"r.example":{"auth":"b2xkOm9sZA=="}}}"#

    /// Otherwise the old password would still be sent.
    @Test(arguments: ["run/containers/auth.json", "home/.config/containers/auth.json"])
    func aLoginReplacesTheEntryThatIsFoundFirst(_ podmans: String) throws {
        let home = try CredentialHome()
        try home.write(Self.old, podmans)
        try home.write(Self.old, dockers)
        let path = home.directory.path(podmans)
        #expect(try CredentialStore(home.places()).location(for: "r.example") == .file(path))
        let location = try CredentialStore(home.places()).store(user: "u", password: "p", for: "r.example")
        #expect(location == .file(path))
        #expect(try home.read(podmans) == #"{"auths":{"r.example":{"auth":"dTpw"}}}"#)
        #expect(try home.read(dockers) == Self.old)
        let found = try CredentialChain(home.places()).credential(
            for: try #require(RepositoryName(parsing: "r.example/a")))
        #expect(found == .basic(user: "u", password: "p"))
        // Other registries use docker's file.
        #expect(
            try CredentialStore(home.places()).store(user: "u", password: "p", for: "s.example")
                == .file(home.directory.path(dockers)))
    }

    @Test func aFileOfPodmanUsesPodmansNameOfDockerHub() throws {
        let home = try CredentialHome()
        let podmans = "home/.config/containers/auth.json"
        try home.keepingHelper("box")
        try home.write(#"{"credHelpers":{"docker.io":"box"}}"#, podmans)
        let location = try CredentialStore(home.places()).store(user: "u", password: "p", for: "docker.io")
        #expect(location == .helper("docker-credential-box"))
        #expect(try home.read(podmans) == #"{"credHelpers":{"docker.io":"box"},"auths":{"docker.io":{}}}"#)
        let found = try CredentialChain(home.places()).credential(for: try #require(RepositoryName(parsing: "a")))
        #expect(found == .basic(user: "u", password: "p"))
    }

    /// The default helper counts only if it has a credential for the registry.
    @Test(arguments: [true, false]) func theDefaultHelperOfAnEarlierFileIsUsedIfItHasACredential(_ isKnown: Bool) throws
    {
        let home = try CredentialHome()
        try home.helper(
            "box",
            isKnown ? #"echo '{"Username":"o","Secret":"o"}'"# : "echo credentials not found in native keychain; exit 1"
        )
        try home.write(#"{"credsStore":"box"}"#, "run/containers/auth.json")
        let expected: CredentialStore.Location =
            isKnown ? .helper("docker-credential-box") : .file(home.directory.path(dockers))
        #expect(try CredentialStore(home.places()).location(for: "r.example") == expected)
    }

    @Test func theEnvironmentOverridesStoredCredentials() throws {
        let home = try CredentialHome()
        let inline = ["DOCKER_AUTH_CONFIG": Self.old]
        #expect(try CredentialStore(home.places(inline)).overridingVariable(for: "r.example") == "DOCKER_AUTH_CONFIG")
        #expect(try CredentialStore(home.places(inline)).overridingVariable(for: "s.example") == nil)
        #expect(try CredentialStore(home.places()).overridingVariable(for: "r.example") == nil)
        let only = home.places(inline, only: home.directory.path("only.json"))
        #expect(try CredentialStore(only).overridingVariable(for: "r.example") == nil)
    }

    @Test func theFileIsUnchangedIfTheHelperFails() throws {
        let home = try CredentialHome()
        try home.helper("box", "echo locked; exit 1")
        let text = #"{"credsStore":"box","auths":{"r.example":{"auth":"dTpw"}}}"#
        try home.write(text, dockers)
        let failure = CredentialError.helperFailed(helper: "docker-credential-box", status: 1, output: "locked")
        #expect(throws: failure) { try logIn(home) }
        #expect(throws: failure) { try CredentialStore(home.places()).remove("r.example", isDryRun: false) }
        #expect(try home.read(dockers) == text)
    }

    @Test func logoutRemovesAllEntriesOfTheRegistry() throws {
        let home = try CredentialHome()
        let entry = #"{"auth": "dTpw"}"#
        try home.write(#"{"auths": {"r.example": \#(entry), "r.example/team": \#(entry)}}"#, "run/containers/auth.json")
        try home.write(#"{"auths": {"https://r.example/v1/": \#(entry), "s": \#(entry)}}"#, dockers)
        try home.write(#"{"http://r.example/v1/": \#(entry)}"#, "home/.dockercfg")
        let files = ["run/containers/auth.json", dockers, "home/.dockercfg"]
        let expected = files.map { CredentialStore.Location.file(home.directory.path($0)) }
        let store = CredentialStore(home.places())
        let before = try files.map { try home.read($0) }
        #expect(try store.remove("r.example", isDryRun: true) == expected)
        #expect(try files.map { try home.read($0) } == before)
        #expect(try store.remove("r.example", isDryRun: false) == expected)
        #expect(try home.read(files[0]) == #"{"auths": {"r.example/team": \#(entry)}}"#)
        #expect(try home.read(files[1]) == #"{"auths": {"s": \#(entry)}}"#)
        #expect(try home.read(files[2]) == "{}")
        #expect(try store.remove("r.example", isDryRun: false) == [])
    }

    @Test func malformedFilesAreUnchanged() throws {
        let home = try CredentialHome()
        for text in ["[]", "{", #"{"auths": 1}"#] {
            try home.write(text, dockers)
            #expect(throws: CredentialError.self) { try logIn(home) }
            #expect(try home.read(dockers) == text)
        }
        #expect(throws: CredentialError.noPlace) {
            try CredentialStore(CredentialPlaces(user: 4_000_000_000) { _ in nil }).location(for: "r.example")
        }
        try FileManager.default.removeItem(atPath: home.directory.path(dockers))
        try FileManager.default.createSymbolicLink(
            atPath: home.directory.path(dockers), withDestinationPath: "/nowhere/at/all")
        #expect(throws: CredentialError.self) { try logIn(home) }
    }

    @Test func concurrentLoginsKeepAllEntries() throws {
        let home = try CredentialHome()
        let places = home.places()
        try Threads.run(8) { number in
            for turn in 0..<5 {
                _ = try CredentialStore(places).store(user: "u", password: "p", for: "r\(number)-\(turn).example")
            }
        }
        let file = try #require(try CredentialFile(reading: home.directory.path(dockers), form: .current))
        for number in 0..<8 {
            for turn in 0..<5 { #expect(try file.keys(for: "r\(number)-\(turn).example").count == 1) }
        }
    }
}
