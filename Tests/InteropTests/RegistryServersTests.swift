import Foundation
import TestSupport
import Testing

/// Tests of the registries, proxies and faults that other suites rely on. They run without the product.
extension Interop {
    @Suite(.needs(.skopeo), .needsRegistries)
    struct RegistryServersTests {
        private let image = "docker-archive:" + Program.fixture("docker20/hello-amd64.tar")

        @Test("a registry stores an image of an authorized user and returns it unchanged", arguments: RegistryPeer.all)
        func takes(_ peer: RegistryPeer) throws {
            let scratch = try TemporaryDirectory()
            let options = { peer.options($0, certificates: try peer.certificates(in: scratch.path)) }
            let name = peer.name(Registries.repository())
            try Tool.skopeo.run(["copy", "-q"] + (try options("--dest-")) + [image, name])
            try Tool.skopeo.run(
                ["copy", "-q", "--preserve-digests"] + (try options("--src-")) + [name, "dir:\(scratch.path("back"))"])
            let raw = try Tool.skopeo.run(["inspect", "--raw"] + (try options("--")) + [name])
            #expect(try Tree.read(scratch.path("back"))["manifest.json"] == raw.output)
        }

        @Test("a registry refuses unknown users, and clients refuse an unknown authority")
        func refuses() throws {
            let scratch = try TemporaryDirectory()
            let without = try RegistryPeer.certificates(in: scratch.path, ours: false)
            for (server, options, why) in [
                (Registries.Server.htpasswd, ["--dest-tls-verify=false"], "authentication required"),
                (.htpasswd, ["--dest-tls-verify=false", "--dest-creds", "writer:wrong"], "authentication required"),
                (.token, ["--dest-tls-verify=false"], "requested access to the resource is denied"),
                (
                    .token, ["--dest-tls-verify=false", "--dest-creds", "reader:reads"],
                    "access to the resource is denied"
                ),
                (.token, ["--dest-tls-verify=false", "--dest-creds", "reader:wrong"], "unable to retrieve auth token"),
                (.tls, [], "certificate signed by unknown authority"),
                (.mutual, ["--dest-cert-dir", without], "tls: bad certificate"),
            ] {
                let name = "docker://\(server.place)/\(Registries.repository()):1.0"
                let run = try Program.run("skopeo", ["--insecure-policy", "copy", "-q"] + options + [image, name])
                #expect(run.status == 1)
                #expect(run.stderr.contains(why), "\(server): \(run.stderr)")
            }
        }

        @Test(
            "tokens are issued for passwords and refresh tokens, for several repositories, with fewer rights for a reader"
        )
        func tokens() throws {
            let (one, two) = (Registries.repository("one"), Registries.repository("two"))
            func post(_ fields: String) throws -> Web.Answer {
                try Web.ask(
                    "POST", Registries.Server.tokens.place, "/token",
                    headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(fields.utf8))
            }
            let common =
                "client_id=test&service=registry+of+the+tests&scope=repository:\(one):pull,push+"
                + "repository:\(two):pull"
            let password = "correct%3Ahorse%2Fbattery"
            #expect(try post("grant_type=password&username=writer&password=wrong&\(common)").status == 401)
            let first = try post(
                "grant_type=password&username=writer&password=\(password)&access_type=offline&\(common)")
            let refresh = try #require(try member("refresh_token", first))
            let second = try post("grant_type=refresh_token&refresh_token=\(refresh)&\(common)")
            let token = try #require(try member("access_token", second))
            let bearer = [("Authorization", "Bearer \(token)")]
            let place = Registries.Server.token.place
            #expect(try Web.ask("POST", place, "/v2/\(one)/blobs/uploads/", headers: bearer).status == 202)
            #expect(try Web.ask("POST", place, "/v2/\(two)/blobs/uploads/", headers: bearer).status == 401)
            #expect(try Web.ask("GET", place, "/v2/\(two)/tags/list", headers: bearer).status == 404)
            let asked = try Registries.tokenRequests(one)
            #expect(asked.map(\.grant) == ["password", "password", "refresh_token"])
            #expect(asked.map(\.status) == [401, 200, 200])
            #expect(asked.last?.scopes == ["repository:\(one):pull,push", "repository:\(two):pull"])
        }

        private func member(_ name: String, _ answer: Web.Answer) throws -> String? {
            try (JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])?[name] as? String
        }

        @Test("only the proxies resolve the name, and one of them requires a password")
        func proxies() throws {
            let path = "http://\(Registries.proxiedName):\(Registries.Server.plain.port)/v2/"
            func status(_ proxy: Registries.Server, _ headers: [(String, String)] = []) throws -> Int {
                try Web.ask("GET", proxy.place, path, headers: headers).status
            }
            #expect(try status(.proxy) == 200)
            #expect(try status(.guardedProxy) == 407)
            let known = Data("\(Registries.user):\(Registries.password)".utf8).base64EncodedString()
            #expect(try status(.guardedProxy, [("Proxy-Authorization", "Basic \(known)")]) == 200)
            let connect = "\(Registries.proxiedName):\(Registries.Server.tls.port)"
            #expect(try Program.run("getent", ["hosts", Registries.proxiedName]).status != 0)
            let tunnel = try Program.run(
                "timeout",
                [
                    "5", "openssl", "s_client", "-proxy", Registries.Server.proxy.place, "-connect", connect,
                    "-CAfile", Registries.authority, "-verify_return_error", "-verify_hostname", Registries.proxiedName,
                ])
            #expect(tunnel.stdout.contains("Verification: OK"), "\(tunnel.stderr)")
        }
    }
}
