import ByteIO
import ImageModel
import Registry
import Synchronization
import TestSupport

/// A registry in memory that logs all requests in order.
final class MemoryRegistry: Sendable {
    struct State: Sendable {
        /// Blobs by digest, manifests by digest and tags, each by repository.
        var blobs: [String: [String: [UInt8]]] = [:]
        var manifests: [String: [String: [UInt8]]] = [:]
        var tags: [String: [String: String]] = [:]
        var log: [String] = []
        var count = 0
    }

    private let state = Mutex(State())
    private let keepsReferrers: Bool
    /// The number of the request that the registry refuses.
    private let refuses: Int

    init(keepsReferrers: Bool = false, refuses: Int = .max) {
        self.keepsReferrers = keepsReferrers
        self.refuses = refuses
    }

    /// The requests: `HEAD app/blobs/sha256:…`, `POST app mount from other`, `PUT app/manifests/1.0`.
    var log: [String] { state.withLock(\.log) }
    func forget() { state.withLock { $0.log = [] } }
    /// Loses a blob or a manifest. A tag of the manifest stays.
    func lose(_ digest: Digest, in repository: String = "app") {
        state.withLock { state in
            state.blobs[repository]?[digest.description] = nil
            state.manifests[repository]?[digest.description] = nil
        }
    }
    func tag(_ name: String, in repository: String = "app") -> String? {
        state.withLock { $0.tags[repository]?[name] }
    }
    func tagged(_ name: String, in repository: String = "app") -> [UInt8]? {
        state.withLock { state in state.tags[repository]?[name].flatMap { state.manifests[repository]?[$0] } }
    }
    func contents(_ repository: String = "app") -> Set<String> {
        state.withLock { Set(($0.blobs[repository] ?? [:]).keys).union(($0.manifests[repository] ?? [:]).keys) }
    }

    func access() -> RegistryAccess {
        let transport = ScriptedTransport { (request) throws(IOFailure) in self.answer(request) }
        return RegistryAccess(
            RegistryOptions(encryption: .none, backoff: Backoff(ScriptedTime())),
            connecting: { transport.connecting($0) })
    }

    private func answer(_ request: ScriptedTransport.Request) -> ScriptedTransport.Answer {
        if request.address.path == "/v2/" { return .init(200) }
        let parts = request.address.path.split(separator: "/").map(String.init).dropFirst()
        let repository = parts.first ?? ""
        let last = parts.last ?? ""
        let query = request.address.query ?? ""
        return state.withLock { state in
            var line = "\(request.method.rawValue) \(parts.joined(separator: "/"))"
            if request.method == .post { line = "POST \(repository)" }
            if query.contains("mount=") { line += " mount" }
            if let from = query.split(separator: "&").first(where: { $0.hasPrefix("from=") }) {
                line += " from \(from.dropFirst(5))"
            }
            state.log.append(line)
            if state.log.count - 1 == refuses { return .init(405) }
            switch (request.method, parts.dropFirst().first) {
            case (.head, "blobs"):
                return state.blobs[repository]?[last].map { .init(200, [("Content-Length", "\($0.count)")]) }
                    ?? .init(404)
            case (.get, "blobs"): return state.blobs[repository]?[last].map { .init(200, [], $0) } ?? .init(404)
            case (.get, "referrers") where keepsReferrers: return referrers(of: last, state.manifests[repository])
            case (.post, "blobs"): return post(request, repository, query, &state)
            case (.put, "blobs"):
                let digest = Digest(of: request.body).description
                state.blobs[repository, default: [:]][digest] = request.body
                return .init(201, [("Docker-Content-Digest", digest)])
            case (.put, "manifests"):
                let digest = Digest(of: request.body).description
                state.manifests[repository, default: [:]][digest] = request.body
                if !last.hasPrefix("sha256:") { state.tags[repository, default: [:]][last] = digest }
                return .init(
                    201, [("Docker-Content-Digest", digest)] + (keepsReferrers ? [("OCI-Subject", "x")] : []))
            case (.head, "manifests"), (.get, "manifests"):
                let digest = last.hasPrefix("sha256:") ? last : state.tags[repository]?[last] ?? ""
                guard let bytes = state.manifests[repository]?[digest] else { return .init(404) }
                return .init(
                    200, [("Docker-Content-Digest", digest), ("Content-Type", MediaType.ociIndex.rawValue)],
                    request.method == .get ? bytes : [])
            default: return .init(405)
            }
        }
    }

    private func referrers(of digest: String, _ manifests: [String: [UInt8]]?) -> ScriptedTransport.Answer {
        let entries = (manifests ?? [:]).values.compactMap { bytes -> String? in
            guard (try? JSONDocument(parsing: bytes))?.root["subject"]?["digest"]?.string == digest else { return nil }
            let document = Document.sample(bytes, mediaType: .ociManifest)
            return String(decoding: document.descriptor.json.bytes, as: UTF8.self)
        }
        return .init(200, [], #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#)
    }

    private func post(
        _ request: ScriptedTransport.Request, _ repository: String, _ query: String, _ state: inout State
    ) -> ScriptedTransport.Answer {
        let parameters = Dictionary(
            query.split(separator: "&").map { $0.split(separator: "=") }.map { ("\($0[0])", "\($0[1])") }
        ) { $1 }
        if let from = parameters["from"], let digest = parameters["mount"]?.replacing("%3A", with: ":"),
            let bytes = state.blobs[from]?[digest]
        {
            state.blobs[repository, default: [:]][digest] = bytes
            return .init(201, [("Docker-Content-Digest", digest)])
        }
        state.count += 1
        return .init(202, [("Location", "/v2/\(repository)/blobs/uploads/\(state.count)")])
    }
}
