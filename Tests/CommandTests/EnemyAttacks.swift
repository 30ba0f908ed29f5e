import Foundation
import TestSupport

/// One way in which a server on the network misbehaves, at each of some stages.
struct EnemyAttack: Sendable {
    typealias Stage = EnemyRegistry.Stage

    /// One attacked request.
    struct Scene {
        let registry: EnemyRegistry
        let stage: Stage
        let request: WireServer.Request
        /// A server that the command line does not name. It answers everything soundly.
        let foreign: String

        var reply: EnemyRegistry.Reply { registry.reply(to: request) }
        /// The sound reply, in two halves.
        var halves: (first: [UInt8], second: [UInt8]) {
            let all = reply.bytes(isHead: request.isHead)
            return (Array(all.prefix(all.count / 2)), Array(all.suffix(from: all.count / 2)))
        }
    }

    let name: String
    let stages: [Stage]
    /// What the error line says, one of these; empty if the attack changes nothing.
    let causes: [String]
    /// Stages at which the attack changes nothing.
    var harmless: Set<Stage> = []
    /// Stages at which commands that only list say what is absent, and succeed.
    var listed: Set<Stage> = []
    /// Whether the program waits for a timeout or between attempts, so that its time must pass faster.
    var waits = false
    /// The bytes of an upload that the server reads before it answers.
    var readLimit = Int.max
    /// `nil` for the sound reply.
    let steps: @Sendable (Scene) -> [WireServer.Step]?

    static let all = statuses + silences + drips + floods + lies + redirects + tokens + tags + uploads

    static let everywhere = Stage.allCases
    /// Stages with a body in the reply.
    private static let documents: [Stage] = [.manifest, .config, .referrers, .tags, .token]
    private static let reading: [Stage] = [.manifest, .config, .layer, .referrers, .tags]
    private static let queries: Set<Stage> = [.probe, .blobQuery, .manifestQuery]

    static func say(
        _ status: Int, _ headers: [(String, String)] = [], _ body: String = ""
    ) -> [WireServer.Step] {
        [.bytes(EnemyRegistry.Reply(status: status, headers: headers, body: Array(body.utf8)).bytes(isHead: false))]
    }

    private static func head(_ status: Int, _ headers: [(String, String)]) -> WireServer.Step {
        .bytes(EnemyRegistry.Reply(status: status).head(adding: headers))
    }

    // MARK: - Every stage

    private static let statuses: [EnemyAttack] = [
        EnemyAttack(
            name: "401 for every request", stages: everywhere.filter { $0 != .probe },
            causes: ["denies access with the known credentials", "rejected this user and password"]
        ) { scene in
            scene.stage == .token
                ? say(401)
                : [.bytes(scene.registry.challenge("http://\(scene.registry.host)/token").bytes(isHead: false))]
        },
        EnemyAttack(
            name: "403", stages: everywhere, causes: ["denies access", "answered 403"], harmless: [.probe]
        ) { _ in say(403) },
        EnemyAttack(
            name: "404", stages: everywhere,
            causes: [
                "does not have it", "404", "no such repository", "no such image", "absent", "is missing",
                "denies access",
            ],
            harmless: queries.union([.referrers]), listed: [.config]
        ) { _ in say(404) },
        EnemyAttack(
            name: "429 for ever", stages: everywhere, causes: ["answered 429"], waits: true
        ) { _ in say(429) },
        EnemyAttack(
            name: "429 with an hour to wait", stages: everywhere, causes: ["answered 429"]
        ) { _ in say(429, [("Retry-After", "3600")]) },
        EnemyAttack(
            name: "500 for ever", stages: everywhere, causes: ["answered 500"], harmless: [.probe], waits: true
        ) { _ in say(500, [], "<html>oh</html>") },
        EnemyAttack(
            name: "no HTTP", stages: everywhere, causes: ["does not speak HTTP", "broke"], waits: true
        ) { _ in [.send("SSH-2.0-OpenSSH_9.2\r\n"), .close] },
        EnemyAttack(name: "the connection ends", stages: everywhere, causes: ["broke"], waits: true) { _ in [.close] },
        EnemyAttack(name: "the connection is reset", stages: everywhere, causes: ["broke"], waits: true) { _ in
            [.reset]
        },
    ]

    private static let timeouts = ["timed out after", "is too slow"]

    private static let silences: [EnemyAttack] = [
        EnemyAttack(name: "no answer", stages: everywhere, causes: timeouts, waits: true) { _ in [.silence] },
        EnemyAttack(name: "half an answer", stages: everywhere, causes: timeouts, waits: true) { scene in
            [.bytes(scene.halves.first), .silence]
        },
        EnemyAttack(name: "headers without a body", stages: reading + [.token], causes: timeouts, waits: true) { _ in
            [head(200, [("Content-Length", "1000")]), .silence]
        },
        EnemyAttack(
            name: "an upload that is not read", stages: [.uploadEnd], causes: timeouts, waits: true, readLimit: 0
        ) { _ in [.silence] },
    ]

    private static let drips: [EnemyAttack] = [
        EnemyAttack(name: "headers byte by byte", stages: everywhere, causes: timeouts, waits: true) { _ in
            [.drip(Array(("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 100_000)).utf8), milliseconds: 50)]
        },
        EnemyAttack(name: "a body byte by byte", stages: reading + [.token], causes: timeouts, waits: true) { scene in
            let reply = scene.reply
            return [
                .bytes(reply.head(adding: [("Content-Length", "\(reply.body.count + 2000)")])),
                .drip(Array(reply.body) + [UInt8](repeating: 32, count: 2000), milliseconds: 50),
            ]
        },
    ]

    private static let floods: [EnemyAttack] = [
        EnemyAttack(
            name: "headers without an end", stages: everywhere, causes: ["of headers", "does not speak HTTP"]
        ) { _ in
            [
                .send("HTTP/1.1 200 OK\r\n"),
                .endless(Array("X-Filler: \(String(repeating: "x", count: 1000))\r\n".utf8)),
            ]
        },
        EnemyAttack(
            name: "a header line without an end", stages: everywhere, causes: ["does not speak HTTP", "broke"],
            waits: true
        ) { _ in
            [.send("HTTP/1.1 200 OK\r\nX: "), .endless([UInt8](repeating: 120, count: 4096))]
        },
        EnemyAttack(
            name: "a body without an end", stages: documents + [.layer],
            causes: ["larger than", "damages content", "digest", "no token", "invalid answer"]
        ) { _ in
            [
                head(200, [("Content-Type", HandmadeLayout.manifest), ("Connection", "close")]),
                .endless([UInt8](repeating: 32, count: 65_536)),
            ]
        },
        EnemyAttack(
            name: "an error text without an end",
            stages: everywhere.filter { $0 != .blobQuery && $0 != .manifestQuery },
            causes: ["answered 400", "to use TLS"],
            harmless: [.referrers]
        ) { _ in
            [head(400, [("Connection", "close")]), .endless([UInt8](repeating: 120, count: 65_536))]
        },
        EnemyAttack(
            name: "a gzip bomb", stages: documents + [.layer],
            causes: [
                "larger than", "damages content", "digest", "no token", "invalid answer", "not valid JSON", "bytes",
                "cut off",
            ]
        ) { _ in
            [
                head(
                    200,
                    [
                        ("Content-Type", HandmadeLayout.manifest), ("Content-Encoding", "gzip"),
                        ("Content-Length", "\(bomb.count)"),
                    ]), .bytes(bomb),
            ]
        },
        EnemyAttack(
            name: "JSON of 100,000 levels", stages: documents,
            causes: ["nested", "damages content", "digest", "no token", "no JSON", "invalid answer"]
        ) { _ in
            say(200, [("Content-Type", HandmadeLayout.manifest)], String(repeating: "[", count: 100_000))
        },
    ]

    /// 100 MB of zeros.
    private static let bomb =
        (try? Program.run("/bin/sh", ["-c", "head -c 100000000 /dev/zero | gzip -9nc"]).output) ?? []

    private static let lies: [EnemyAttack] = [
        EnemyAttack(
            name: "other bytes", stages: [.manifest, .config, .layer],
            causes: ["damages content", "digest"]
        ) { scene in
            var reply = scene.reply
            reply.body = reply.body.map { $0 ^ 1 }
            return [.bytes(reply.bytes(isHead: scene.request.isHead))]
        },
        EnemyAttack(
            name: "a Content-Length that is too large", stages: reading + [.token],
            causes: ["broke", "damages content", "ends early", "cut off", "bytes"], harmless: [.config, .layer],
            waits: true
        ) { scene in
            let reply = scene.reply
            return [
                .bytes(reply.head(adding: [("Content-Length", "\(reply.body.count + 1000)")]) + reply.body), .close,
            ]
        },
        EnemyAttack(
            name: "a Content-Length that is too small", stages: [.manifest, .config, .layer],
            causes: ["damages content", "bytes", "digest", "JSON", "cut off"]
        ) { scene in
            let reply = scene.reply
            let length = max(0, reply.body.count - 10)
            return [.bytes(reply.head(adding: [("Content-Length", "\(length)")]) + reply.body), .close]
        },
        EnemyAttack(
            name: "a Content-Length that is negative", stages: everywhere, causes: ["does not speak HTTP", "broke"],
            waits: true
        ) { scene in
            let reply = scene.reply
            return [.bytes(reply.head(adding: [("Content-Length", "-1")]) + reply.body), .close]
        },
        EnemyAttack(
            name: "206 with another range", stages: [.layer], causes: ["damages content", "digest", "bytes", "206"]
        ) { scene in
            var reply = scene.reply
            (reply.status, reply.headers) = (206, [("Content-Range", "bytes 7-99/12345")])
            return [.bytes(reply.bytes(isHead: scene.request.isHead))]
        },
        EnemyAttack(
            name: "206 without a range", stages: [.manifest, .config, .layer], causes: ["206", "range"]
        ) { scene in
            var reply = scene.reply
            (reply.status, reply.headers) = (206, [("Content-Type", HandmadeLayout.manifest)])
            return [.bytes(reply.bytes(isHead: scene.request.isHead))]
        },
        EnemyAttack(name: "200 for a range", stages: [.layer], causes: []) { scene in
            guard scene.request.header("range") != nil else { return nil }
            let whole = scene.registry.whole(scene.request)
            return [.bytes(whole.bytes(isHead: scene.request.isHead))]
        },
        EnemyAttack(name: "416 for a range", stages: [.layer], causes: []) { scene in
            scene.request.header("range") == nil ? nil : say(416)
        },
        EnemyAttack(name: "cookies", stages: everywhere, causes: []) { scene in
            var reply = scene.reply
            reply.headers.append(("Set-Cookie", "session=\(EnemyCell.cookie); Path=/; Domain=127.0.0.1"))
            return [.bytes(reply.bytes(isHead: scene.request.isHead))]
        },
    ]
}
