import Foundation
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// The order of look-ups, and their number.
struct CredentialChainTests {
    private func name(_ text: String = "r.example/app") throws -> RepositoryName {
        try #require(RepositoryName(parsing: text))
    }

    private func auths(_ user: String) -> String {
        #"{"auths": {"r.example": {"username": "\#(user)", "password": "p"}}}"#
    }

    private func basic(_ user: String) -> Credential { .basic(user: user, password: "p") }

    @Test func placesAreOrderedAsDockerAndPodmanDo() {
        let environment = [
            "HOME": "/h", "XDG_RUNTIME_DIR": "/run/me", "REGISTRY_AUTH_FILE": "/named", "DOCKER_AUTH_CONFIG": "{}",
        ]
        let all = CredentialPlaces(user: 1) { environment[$0] }
        #expect(all.inline == "{}")
        #expect(
            all.files.map(\.path) == [
                "/named", "/run/me/containers/auth.json", "/h/.config/containers/auth.json", "/h/.docker/config.json",
                "/h/.dockercfg",
            ])
        #expect(all.files.map(\.form) == [.current, .current, .current, .current, .legacy])
        #expect(all.loginFile == "/named")
        let moved = ["HOME": "/h", "XDG_RUNTIME_DIR": "/r", "XDG_CONFIG_HOME": "/x", "DOCKER_CONFIG": "/d"]
        let relocated = CredentialPlaces(user: 1) { moved[$0] }
        #expect(
            relocated.files.map(\.path)
                == ["/r/containers/auth.json", "/x/containers/auth.json", "/d/config.json", "/h/.dockercfg"])
        #expect(relocated.loginFile == "/d/config.json")
        let only = CredentialPlaces(only: "/o", user: 1) { environment[$0] }
        #expect(only.files.map(\.path) == ["/o"])
        #expect(only.inline == nil)
        #expect(only.loginFile == "/o")
        let nowhere = CredentialPlaces(user: 4_000_000_000) { _ in nil }
        #expect(nowhere.files == [])
        #expect(nowhere.loginFile == nil)
        // An empty variable counts as not set.
        #expect(CredentialPlaces(user: 4_000_000_000) { _ in "" }.files == [])
    }

    @Test func theFirstPlaceWithACredentialIsUsed() throws {
        let home = try CredentialHome()
        let places = [
            "home/.dockercfg", "home/.docker/config.json", "home/.config/containers/auth.json",
            "run/containers/auth.json", "named.json",
        ]
        #expect(try CredentialChain(home.places()).credential(for: name()) == nil)
        let named = ["REGISTRY_AUTH_FILE": home.directory.path("named.json")]
        // Each place precedes all earlier ones in the list.
        for place in places {
            let text = auths(place)
            let legacy = String(text.dropFirst(#"{"auths": "#.count).dropLast())
            try home.write(place.hasSuffix("cfg") ? legacy : text, place)
            #expect(try CredentialChain(home.places(named)).credential(for: name()) == basic(place))
        }
        let inline = named.merging(["DOCKER_AUTH_CONFIG": auths("inline")]) { $1 }
        #expect(try CredentialChain(home.places(inline)).credential(for: name()) == basic("inline"))
        let stated = CredentialChain(home.places(inline), stated: ("r.example", basic("stated")))
        #expect(try stated.credential(for: name()) == basic("stated"))
        // The stated credential is for its registry only.
        #expect(try stated.credential(for: name("s.example/app")) == nil)
        #expect(try stated.credential(for: name("r.example:5000/app")) == nil)
        let only = home.places(inline, only: home.directory.path("home/.docker/config.json"))
        #expect(try CredentialChain(only).credential(for: name()) == basic("home/.docker/config.json"))
    }

    @Test func malformedFilesAreReportedIfTheyAreNeeded() throws {
        let home = try CredentialHome()
        try home.write("{", "home/.docker/config.json")
        let path = home.directory.path("home/.docker/config.json")
        #expect(throws: CredentialError.notJSON(path: path, .init(offset: 1, reason: .unexpectedEnd))) {
            try CredentialChain(home.places()).credential(for: name())
        }
        try home.write(auths("first"), "run/containers/auth.json")
        #expect(try CredentialChain(home.places()).credential(for: name()) == basic("first"))
        #expect(
            throws: CredentialError.notJSON(path: "DOCKER_AUTH_CONFIG", .init(offset: 0, reason: .unexpectedByte(0x78)))
        ) {
            try CredentialChain(home.places(["DOCKER_AUTH_CONFIG": "x"])).credential(for: name())
        }
        let folder = home.directory.path("folder")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(throws: CredentialError.self) {
            try CredentialChain(home.places(["REGISTRY_AUTH_FILE": folder])).credential(for: name())
        }
    }

    /// The open of a FIFO without a writer would wait.
    @Test(.mustEnd) func onlyRegularFilesAreRead() throws {
        let places = [
            "home/.dockercfg", "home/.docker/config.json", "home/.config/containers/auth.json",
            "run/containers/auth.json", "named.json",
        ]
        for place in places {
            let home = try CredentialHome()
            let path = home.directory.path(place)
            try home.write("", place)
            try FileManager.default.removeItem(atPath: path)
            try Program.run("mkfifo", [path])
            let all = home.places(["REGISTRY_AUTH_FILE": home.directory.path("named.json")])
            #expect(throws: CredentialError.notAFile(path: path)) { try CredentialChain(all).credential(for: name()) }
            let chain = CredentialChain(home.places(only: path), requiredFile: path)
            #expect(throws: CredentialError.notAFile(path: path)) { try chain.prepare() }
        }
        let device = CredentialChain(CredentialPlaces(only: "/dev/zero"), requiredFile: "/dev/zero")
        #expect(throws: CredentialError.notAFile(path: "/dev/zero")) { try device.prepare() }
    }

    @Test func filesAndHelpersAreReadOnce() throws {
        let home = try CredentialHome()
        try home.helper("one", #"cat > /dev/null; echo '{"Username": "u", "Secret": "p"}'"#)
        try home.write(#"{"credHelpers": {"r.example": "one"}}"#, "home/.docker/config.json")
        let chain = CredentialChain(home.places())
        for path in ["a", "b", "c/d"] { #expect(try chain.credential(for: name("r.example/\(path)")) == basic("u")) }
        #expect(home.calls == ["docker-credential-one get"])
        try home.write("{", "home/.docker/config.json")
        #expect(try chain.credential(for: name("r.example/e")) == basic("u"))
    }

    /// Each call of a helper that hangs costs its whole time limit.
    @Test func aHelperThatFailsIsCalledOnce() throws {
        let home = try CredentialHome()
        try home.helper("one", "exit 3")
        try home.write(#"{"credHelpers": {"r.example": "one"}}"#, "home/.docker/config.json")
        let chain = CredentialChain(home.places())
        for path in ["a", "b"] {
            #expect(throws: CredentialError.helperFailed(helper: "docker-credential-one", status: 3, output: "")) {
                try chain.credential(for: name("r.example/\(path)"))
            }
        }
        #expect(home.calls == ["docker-credential-one get"])
    }

    @Test func entriesAreUsedIfTheHelperHasNone() throws {
        let home = try CredentialHome()
        try home.keepingHelper("store")
        try home.write(#"{"credsStore": "store", \#(auths("u").dropFirst())"#, "home/.docker/config.json")
        #expect(try CredentialChain(home.places()).credential(for: name()) == basic("u"))
        #expect(home.calls == ["docker-credential-store get"])
    }

    @Test func onlyAMissingDefaultHelperIsIgnored() throws {
        let home = try CredentialHome()
        try home.write(#"{"credsStore": "gone"}"#, "home/.docker/config.json")
        #expect(try CredentialChain(home.places()).credential(for: name()) == nil)
        try home.write(#"{"credHelpers": {"r.example": "gone"}}"#, "home/.docker/config.json")
        #expect(throws: CredentialError.helperMissing(helper: "docker-credential-gone")) {
            try CredentialChain(home.places()).credential(for: name())
        }
        #expect(try CredentialChain(home.places()).credential(for: name("s.example/app")) == nil)
    }
}
