import TestSupport

/// Attacks with other servers, and on tokens, lists and uploads.
extension EnemyAttack {
    static let redirects: [EnemyAttack] = [
        EnemyAttack(name: "a redirect to itself", stages: everywhere, causes: ["redirect"], harmless: [.probe]) {
            scene in
            say(307, [("Location", scene.request.line.split(separator: " ")[1].description)])
        },
        EnemyAttack(name: "redirects without an end", stages: everywhere, causes: ["redirect"], harmless: [.probe]) {
            scene in
            let target = scene.request.line.split(separator: " ")[1]
            return say(307, [("Location", target + (target.contains("?") ? "&" : "?") + "again=1")])
        },
        EnemyAttack(
            name: "a redirect to a file", stages: everywhere, causes: ["redirect"],
            harmless: [.probe]
        ) { _ in say(307, [("Location", "file:///etc/passwd")]) },
        EnemyAttack(
            name: "a redirect without a place", stages: everywhere, causes: ["redirect"],
            harmless: [.probe]
        ) { _ in say(307) },
        EnemyAttack(
            name: "a redirect to a server that asks for a password", stages: [.manifest, .config, .layer, .tags],
            causes: ["answered 401"]
        ) { scene in
            say(307, [("Location", "http://\(scene.foreign)/denied\(scene.request.path)")])
        },
        EnemyAttack(
            name: "a redirect to another server", stages: [.manifest, .config, .layer, .referrers, .tags], causes: []
        ) { scene in
            say(
                307,
                [
                    ("Location", "http://\(scene.foreign)\(scene.request.path)"),
                    ("Set-Cookie", "session=\(EnemyCell.cookie)"),
                ])
        },
        EnemyAttack(
            name: "a redirect with a password", stages: [.manifest, .config, .layer, .tags],
            causes: ["which is not allowed"]
        ) { scene in say(307, [("Location", "http://user:word@\(scene.foreign)\(scene.request.path)")]) },
        EnemyAttack(
            name: "a redirect of an upload to another server", stages: [.uploadStart, .uploadEnd, .manifestUpload],
            causes: ["redirect"]
        ) { scene in say(307, [("Location", "http://\(scene.foreign)\(scene.request.path)")]) },
    ]

    static let tokens: [EnemyAttack] = [
        EnemyAttack(
            name: "a token server elsewhere, without TLS", stages: [.probe, .manifest, .tags, .layer, .uploadStart],
            causes: ["credentials are not sent there"]
        ) { scene in
            [
                .bytes(
                    scene.registry.challenge("http://tokens.example.invalid/token").bytes(isHead: scene.request.isHead))
            ]
        },
        EnemyAttack(
            name: "a token server that redirects to another", stages: [.token], causes: ["redirect", "answered 307"]
        ) { scene in say(307, [("Location", "http://\(scene.foreign)/token")]) },
        EnemyAttack(name: "no token", stages: [.token], causes: ["contains no token"]) { _ in say(200, [], "{}") },
        EnemyAttack(name: "a token with a line break", stages: [.token], causes: ["contains no token"]) { _ in
            say(200, [], #"{"token":"a\r\nX-Evil: b"}"#)
        },
        EnemyAttack(name: "a token that is no text", stages: [.token], causes: ["contains no token"]) { _ in
            say(200, [], #"{"token":{"a":1}}"#)
        },
        EnemyAttack(name: "a page of HTML", stages: [.token], causes: ["contains no token"]) { _ in
            say(200, [("Content-Type", "text/html")], "<html>log in</html>")
        },
        EnemyAttack(
            name: "an error that repeats the password", stages: [.token, .manifest, .tags, .manifestUpload],
            causes: ["denies access", "rejected", "answered 403"]
        ) { scene in
            let words = scene.registry.secrets.joined(separator: " ")
            return say(403, [], #"{"errors":[{"code":"DENIED","message":"\#(words)"}]}"#)
        },
    ]

    static let tags: [EnemyAttack] = [
        EnemyAttack(name: "pages in a loop", stages: [.tags], causes: ["its pages form a loop"]) { scene in
            say(200, [("Link", "<\(scene.request.path)?n=1000>; rel=\"next\"")], #"{"tags":["a"]}"#)
        },
        EnemyAttack(name: "pages without an end", stages: [.tags], causes: ["more than 10000 pages"]) { scene in
            let number = (scene.request.query("last").flatMap { Int($0) } ?? 0) + 1
            return say(200, [("Link", "<\(scene.request.path)?last=\(number)>; rel=\"next\"")], #"{"tags":["a"]}"#)
        },
        EnemyAttack(name: "a next page on another server", stages: [.tags], causes: ["as Link, which cannot be used"]) {
            scene in
            say(200, [("Link", "<http://\(scene.foreign)/v2/x/tags/list>; rel=\"next\"")], #"{"tags":["a"]}"#)
        },
        EnemyAttack(name: "tags that are none", stages: [.tags], causes: ["is not a tag"]) { _ in
            say(200, [], #"{"tags":["\u001b[31m"]}"#)
        },
        EnemyAttack(
            name: "referrers in pages without an end", stages: [.referrers], causes: ["more than 100 pages"]
        ) { scene in
            let number = (scene.request.query("last").flatMap { Int($0) } ?? 0) + 1
            return say(
                200, [("Link", "<\(scene.request.path)?last=\(number)>; rel=\"next\"")], HandmadeLayout.index([]))
        },
    ]

    // MARK: - Uploads

    static let uploads: [EnemyAttack] = [
        EnemyAttack(
            name: "201 to a POST, without a digest", stages: [.uploadStart], causes: ["no Location", "does not have"]
        ) { _ in
            say(201)
        },
        EnemyAttack(name: "202 without a Location", stages: [.uploadStart], causes: ["sent no Location"]) { _ in
            say(202)
        },
        EnemyAttack(
            name: "a Location on another server, without TLS", stages: [.uploadStart],
            causes: ["as Location, which cannot be used"]
        ) { scene in say(202, [("Location", "http://\(scene.foreign)/v2/demo/copy/blobs/uploads/1")]) },
        EnemyAttack(
            name: "a Location that is no address", stages: [.uploadStart], causes: ["Location, which cannot be used"]
        ) { _ in say(202, [("Location", "file:///etc/passwd")]) },
        EnemyAttack(
            name: "201 to an upload that is not kept", stages: [.uploadEnd], causes: ["does not have the content"]
        ) { _ in say(201) },
        EnemyAttack(
            name: "201 with the digest of other content", stages: [.uploadEnd, .manifestUpload],
            causes: ["does not have the content", "digest"]
        ) { _ in say(201, [("Docker-Content-Digest", "sha256:" + String(repeating: "0", count: 64))]) },
        EnemyAttack(
            name: "201 to a manifest that is not kept", stages: [.manifestUpload], causes: ["does not have"]
        ) { _ in say(201) },
        EnemyAttack(
            name: "a session that is lost each time", stages: [.uploadChunk, .uploadEnd],
            causes: ["404", "BLOB_UPLOAD"],
            waits: true
        ) { _ in say(404, [], #"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}"#) },
        EnemyAttack(
            name: "416 for each chunk", stages: [.uploadChunk, .uploadEnd], causes: ["answered 416"], waits: true
        ) { scene in
            scene.request.method == "GET" ? nil : say(416)
        },
        EnemyAttack(name: "413 for each size", stages: [.uploadChunk, .uploadEnd], causes: ["answered 413"]) { scene in
            scene.request.method == "GET" ? nil : say(413)
        },
    ]
}
