import Foundation
import ImageModel
import TestSupport

/// A small registry in memory, with a token server of its own, that attacks at one stage of a conversation.
///
/// `demo/source` holds one image and a referrer of it. Every other repository is empty and takes uploads.
final class EnemyRegistry: @unchecked Sendable {
    /// The part of the protocol that a request belongs to.
    enum Stage: String, CaseIterable, Sendable {
        case probe, token, manifest, config, layer, referrers, tags
        case blobQuery, manifestQuery, uploadStart, uploadChunk, uploadEnd, manifestUpload
    }

    struct Reply {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []

        func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }

        /// The reply with its length, as a server sends it.
        func bytes(isHead: Bool) -> [UInt8] {
            head(adding: [("Content-Length", "\(body.count)")]) + (isHead ? [] : body)
        }

        func head(adding more: [(String, String)]) -> [UInt8] {
            let lines = (headers + more).map { "\($0.0): \($0.1)\r\n" }.joined()
            return Array("HTTP/1.1 \(status) Said\r\n\(lines)\r\n".utf8)
        }
    }

    let user = "enemy-user"
    let password = "p4ssword-" + UUID().uuidString
    let token = "t0ken-" + UUID().uuidString
    private(set) var host = ""
    private(set) var server: WireServer?
    private let lock = NSLock()
    private var content = Content()
    private var stages: [Stage] = []

    private struct Content {
        var blobs: [String: [UInt8]] = [:]
        /// By repository and reference.
        var manifests: [String: (type: String, bytes: [UInt8])] = [:]
        var sessions: [String: [UInt8]] = [:]
        var count = 0
    }

    /// `attack` returns the steps of a request at `stage` instead of the reply; `nil` for the reply.
    init(_ attack: @escaping @Sendable (EnemyRegistry, Stage, WireServer.Request) -> [WireServer.Step]?) throws {
        server = try WireServer { [weak self] request in
            guard let self else { return [.close] }
            let stage = self.stage(of: request)
            self.lock.withLock { self.stages.append(stage) }
            if let steps = attack(self, stage, request) { return steps }
            return [.bytes(self.reply(to: request).bytes(isHead: request.isHead))]
        }
        host = "127.0.0.1:\(server?.port ?? 0)"
        let sample = EnemyImage.sample
        content.blobs = sample.blobs
        content.manifests["demo/source/1"] = (HandmadeLayout.manifest, sample.manifest)
        content.manifests["demo/source/\(Digest(of: sample.manifest))"] = (HandmadeLayout.manifest, sample.manifest)
        content.manifests["demo/source/\(Digest(of: sample.referrer))"] = (HandmadeLayout.manifest, sample.referrer)
    }

    var visited: Set<Stage> { lock.withLock { Set(stages) } }
    var requests: [WireServer.Request] { server?.requests ?? [] }
    /// The text that a server gets as proof of the password.
    var basic: String { Data("\(user):\(password)".utf8).base64EncodedString() }
    var secrets: [String] { [password, basic, token] }

    /// What is wrong with the uploaded images: a manifest without its config or a layer.
    var incompleteUploads: [String] {
        lock.withLock {
            content.manifests.filter { !$0.key.hasPrefix("demo/source/") }.flatMap { name, manifest in
                EnemyImage.links(manifest.bytes).filter { content.blobs[$0] == nil }.map { "\(name) lacks \($0)" }
            }
        }
    }

    /// The manifest of the tag that commands push.
    var uploadedTag: [UInt8]? { lock.withLock { content.manifests["demo/copy/1"]?.bytes } }

    func stage(of request: WireServer.Request) -> Stage {
        let (method, path) = (request.method, request.path)
        let isSource = path.hasPrefix("/v2/demo/source/")
        if path == "/v2/" { return .probe }
        if path.hasPrefix("/token") { return .token }
        if path.hasSuffix("/tags/list") { return .tags }
        if path.contains("/referrers/") { return .referrers }
        if path.contains("/uploads/") {
            return method == "POST" ? .uploadStart : method == "PUT" ? .uploadEnd : .uploadChunk
        }
        if path.contains("/manifests/") {
            return method == "PUT" ? .manifestUpload : isSource ? .manifest : .manifestQuery
        }
        if !isSource || method == "HEAD" { return .blobQuery }
        return path.hasSuffix("\(Digest(of: EnemyImage.sample.config))") ? .config : .layer
    }

    // MARK: - Sound replies

    func reply(to request: WireServer.Request) -> Reply {
        if request.path.hasPrefix("/token") {
            let isKnown = request.header("authorization") == "Basic \(basic)"
            return json(isKnown ? 200 : 401, isKnown ? #"{"token":"\#(token)","expires_in":300}"# : "{}")
        }
        guard request.header("authorization") == "Bearer \(token)" else { return challenge("http://\(host)/token") }
        return open(request)
    }

    func challenge(_ realm: String) -> Reply {
        Reply(status: 401, headers: [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="enemy""#)])
    }

    /// The reply without a check of the token.
    func open(_ request: WireServer.Request) -> Reply {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count > 3 else { return json(200, "{}") }
        let name = "\(parts[1])/\(parts[2])"
        return lock.withLock {
            switch (request.method, parts[3]) {
            case ("PUT", "manifests"): putManifest(request, "\(name)/\(parts[4])", name)
            case (_, "manifests"): manifest("\(name)/\(parts[4])")
            case (_, "tags"): json(200, #"{"name":"\#(name)","tags":["1","2"]}"#)
            case (_, "referrers"): referrers(parts[4])
            case ("POST", _): begin(request, name)
            case ("PATCH", _), ("PUT", _): take(request, name)
            case ("GET", _) where parts[4] == "uploads":
                Reply(status: 204, headers: [("Range", "0-\(max(content.sessions[request.path]?.count ?? 1, 1) - 1)")])
            default: blob(request, parts[4], name)
            }
        }
    }

    private func json(_ status: Int, _ text: String) -> Reply {
        Reply(status: status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
    }

    private func manifest(_ key: String) -> Reply {
        guard let found = content.manifests[key] else { return json(404, "{}") }
        return Reply(
            headers: [("Content-Type", found.type), ("Docker-Content-Digest", "\(Digest(of: found.bytes))")],
            body: found.bytes)
    }

    private func referrers(_ digest: String) -> Reply {
        let sample = EnemyImage.sample
        let isSubject = digest == "\(Digest(of: sample.manifest))"
        let entries = isSubject ? [HandmadeLayout.descriptor(sample.referrer, HandmadeLayout.manifest)] : []
        return Reply(
            headers: [("Content-Type", HandmadeLayout.index)], body: Array(HandmadeLayout.index(entries).utf8))
    }

    private func blob(_ request: WireServer.Request, _ digest: String, _ name: String) -> Reply {
        guard let bytes = content.blobs[digest], name == "demo/source" || content.blobs[name + digest] != nil else {
            return json(404, "{}")
        }
        guard let range = request.header("range"), let (first, last) = Self.range(range, bytes.count) else {
            return Reply(headers: [("Content-Type", "application/octet-stream")], body: bytes)
        }
        return Reply(
            status: 206, headers: [("Content-Range", "bytes \(first)-\(last)/\(bytes.count)")],
            body: Array(bytes[first...last]))
    }

    private static func range(_ text: String, _ count: Int) -> (Int, Int)? {
        let parts = text.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard let first = Int(parts[0]), first < count else { return nil }
        return (first, min(Int(parts.count > 1 ? parts[1] : "") ?? count - 1, count - 1))
    }

    /// The reply to a request for a blob, as if it named no range.
    func whole(_ request: WireServer.Request) -> Reply {
        let bytes = lock.withLock { content.blobs[String(request.path.split(separator: "/").last ?? "")] }
        return Reply(headers: [("Content-Type", "application/octet-stream")], body: bytes ?? [])
    }

    private func begin(_ request: WireServer.Request, _ name: String) -> Reply {
        if let digest = request.query("mount"), let bytes = content.blobs[digest], request.query("from") != nil {
            content.blobs[name + digest] = bytes
            return Reply(status: 201, headers: [("Docker-Content-Digest", digest)])
        }
        content.count += 1
        let path = "/v2/\(name)/blobs/uploads/\(content.count)"
        content.sessions[path] = []
        return Reply(status: 202, headers: [("Location", path), ("Range", "0-0")])
    }

    private func take(_ request: WireServer.Request, _ name: String) -> Reply {
        guard let former = content.sessions[request.path] else { return json(404, "{}") }
        let all = former + request.body
        content.sessions[request.path] = all
        guard request.method == "PUT" else {
            return Reply(
                status: 202, headers: [("Location", request.path), ("Range", "0-\(max(all.count, 1) - 1)")])
        }
        let digest = "\(Digest(of: all))"
        guard request.query("digest") == digest else { return json(400, "{}") }
        (content.blobs[digest], content.blobs[name + digest]) = (all, all)
        return Reply(status: 201, headers: [("Docker-Content-Digest", digest)])
    }

    private func putManifest(_ request: WireServer.Request, _ key: String, _ name: String) -> Reply {
        let digest = "\(Digest(of: request.body))"
        let kept = (request.header("content-type") ?? "", request.body)
        (content.manifests[key], content.manifests["\(name)/\(digest)"]) = (kept, kept)
        return Reply(status: 201, headers: [("Docker-Content-Digest", digest)])
    }
}

/// The image that the registry holds: a config, two layers, and a referrer.
struct EnemyImage: Sendable {
    let config: [UInt8]
    let layers: [[UInt8]]
    let manifest: [UInt8]
    let referrer: [UInt8]

    static let sample = EnemyImage()
    static let digest = "\(Digest(of: sample.manifest))"

    private init() {
        let noise = (0..<1_200_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        layers = [
            TarBuilder.archive([("bin/app", ProgramFile.bare(.amd64))]), TarBuilder.archive([("data", noise)]),
        ]
        config = Array(HandmadeLayout.config(diffIDs: layers.map { "\(Digest(of: $0))" }).utf8)
        let stored = layers.map { HandmadeLayout.descriptor($0, HandmadeLayout.layer) }
        let configured = HandmadeLayout.descriptor(config, HandmadeLayout.config)
        manifest = Array(HandmadeLayout.manifest(config: configured, layers: stored).utf8)
        let subject = HandmadeLayout.descriptor(manifest, HandmadeLayout.manifest)
        referrer = Array(
            HandmadeLayout.manifest(
                config: HandmadeLayout.descriptor(Array("{}".utf8), "application/vnd.oci.empty.v1+json"), layers: [],
                more: #","artifactType":"text/x","subject":\#(subject)"#
            ).utf8)
    }

    var blobs: [String: [UInt8]] {
        Dictionary(
            (layers + [config, Array("{}".utf8)]).map { ("\(Digest(of: $0))", $0) }, uniquingKeysWith: { $1 })
    }

    /// A layout of the image, to be pushed.
    static func layout() throws -> [(name: String, content: [UInt8])] {
        var layout = HandmadeLayout()
        for blob in sample.layers + [sample.config, sample.manifest] { layout.put(blob) }
        layout.entries = [
            HandmadeLayout.descriptor(
                sample.manifest, HandmadeLayout.manifest, more: HandmadeLayout.named("docker.io/demo/copy:1"))
        ]
        return layout.complete
    }

    /// The digests of the config and the layers of a manifest.
    static func links(_ manifest: [UInt8]) -> [String] {
        guard let document = try? JSONDecoder().decode(Links.self, from: Data(manifest)) else { return [] }
        return (document.layers + [document.config]).map(\.digest)
    }

    private struct Links: Decodable {
        struct Link: Decodable { let digest: String }
        let config: Link
        let layers: [Link]
    }
}

extension WireServer.Request {
    var method: String { String(line.prefix { $0 != " " }) }
    var isHead: Bool { method == "HEAD" }
    private var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "/" }
    var path: String { String(target.prefix { $0 != "?" }) }

    func query(_ name: String) -> String? {
        URLComponents(string: target)?.queryItems?.first { $0.name == name }?.value
    }

    /// The value of a header; `name` in lower case.
    func header(_ name: String) -> String? {
        headers.first { $0.lowercased().hasPrefix(name + ":") }.map {
            $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
    }

    /// All text of the request.
    var everything: String {
        ([line] + headers + [String(decoding: body.prefix(4096), as: UTF8.self)]).joined(separator: "\n")
    }
}
