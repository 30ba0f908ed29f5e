import ByteIO
import ImageModel
import Synchronization
import TestSupport

@testable import Registry

/// An in-memory registry that supports uploads and fails at chosen requests as real registries and proxies do.
final class UploadRegistry: Sendable {
    enum Fault: Sendable {
        /// The connection breaks after this many bytes of the body.
        case broken(after: Int)
        /// The request succeeds and its response is lost.
        case lostResponse
        case status(Int, code: String? = nil, after: Int? = nil)
        /// All sessions are lost, as after a restart of the registry.
        case lostSessions
        case header(String, String)
    }

    struct Habits: Sendable {
        /// Whether `Location` has no host.
        var isRelative = false
        var leastChunk: Int?
        var mountsFrom: String?
        var mountsFromAnywhere = false
        /// The status of a POST with a mount parameter.
        var mountRefusal: Int?
        /// Whether responses state no `Range`.
        var isSilent = false
        var largestBody = Int.max
        /// The value of `Docker-Content-Digest` in responses; `nil` for the digest of the blob, empty for no header.
        var statedDigest: String?
        /// Whether every mount is answered 201, and none is made.
        var claimsMounts = false
        /// Whether a completed upload is answered 201 and not stored.
        var losesBlobs = false
    }

    private struct State: Sendable {
        var sessions: [String: [UInt8]] = [:]
        var blobs: [String: [UInt8]] = [:]
        var faults: [(on: String, Fault)] = []
        var log: [String] = []
        var count = 0
    }

    let habits: Habits
    private let state: Mutex<State>

    /// Each fault happens once, at the next request whose line in `log` starts with `on`.
    init(_ habits: Habits = Habits(), _ faults: [(on: String, Fault)] = [], blobs: [String: [UInt8]] = [:]) {
        self.habits = habits
        state = Mutex(State(blobs: blobs, faults: faults))
    }

    /// The requests: `POST`, `POST mount`, `POST mount from other`, `PATCH 0-9`, `PUT 10`, `PUT 5-9`, `GET`, `HEAD`.
    var log: [String] { state.withLock(\.log) }
    func blob(_ digest: Digest) -> [UInt8]? { state.withLock { $0.blobs[digest.description] } }
    func expect(_ line: String, _ fault: Fault) { state.withLock { $0.faults.append((line, fault)) } }

    func access(_ time: ScriptedTime = ScriptedTime()) -> RegistryAccess {
        let transport = ScriptedTransport { (request) throws(IOFailure) in try self.answer(request) }
        return RegistryAccess(
            RegistryOptions(encryption: .none, backoff: Backoff(time, fraction: { 1 })),
            connecting: { transport.connecting($0) })
    }

    private func answer(_ request: ScriptedTransport.Request) throws(IOFailure) -> ScriptedTransport.Answer {
        if request.address.path == "/v2/" { return .init(200) }
        return try state.withLock { (state) throws(IOFailure) in
            let query = Self.query(request.address)
            var line = request.method.rawValue
            if request.method == .post, query["mount"] != nil {
                line += " mount" + (query["from"].map { " from \($0)" } ?? "")
            }
            if let range = request.headers["Content-Range"] {
                line += " \(range)"
            } else if request.method == .put {
                line += " \(request.body.count)"
            }
            state.log.append(line)
            let found = state.faults.firstIndex { line.hasPrefix($0.on) }
            let fault = found.map { state.faults.remove(at: $0).1 }
            switch fault {
            case .status(let status, let code, let seconds):
                let headers = seconds.map { [("Retry-After", String($0))] } ?? []
                return .init(status, headers, code.map { "{\"errors\":[{\"code\":\"\($0)\",\"message\":\"\"}]}" } ?? "")
            case .broken(let count):
                if var bytes = state.sessions[request.address.path] {
                    bytes += request.body.prefix(count)
                    state.sessions[request.address.path] = bytes
                }
                throw IOFailure(.send, "x", .network(.broken("reset")))
            case .lostSessions: state.sessions = [:]
            default: break
            }
            var answer = done(request, query, &state)
            if case .lostResponse = fault { throw IOFailure(.receive, "x", .network(.broken("reset"))) }
            if case .header(let name, let value) = fault {
                answer.headers = answer.headers.filter { $0.0 != name } + [(name, value)]
            }
            return answer
        }
    }

    private func done(
        _ request: ScriptedTransport.Request, _ query: [String: String], _ state: inout State
    ) -> ScriptedTransport.Answer {
        let path = request.address.path
        switch request.method {
        case .head:
            let blob = path.split(separator: "/").last.flatMap { state.blobs[String($0)] }
            return blob.map { .init(200, [("Content-Length", String($0.count))]) } ?? .init(404)
        case .post:
            if let mount = query["mount"] {
                if let refusal = habits.mountRefusal { return .init(refusal) }
                let mounts = query["from"].map { $0 == habits.mountsFrom } ?? habits.mountsFromAnywhere
                if mounts || habits.claimsMounts { return .init(201, stating(mount)) }
            }
            state.count += 1
            let session = path + "\(state.count)"
            state.sessions[session] = []
            return .init(202, location(session))
        case .get:
            guard let bytes = state.sessions[path] else { return .init(404) }
            let range = habits.isSilent ? [] : [("Range", "0-\(max(0, bytes.count - 1))")]
            return .init(204, location(path) + range)
        case .patch, .put:
            if request.body.count > habits.largestBody { return .init(413) }
            guard var bytes = state.sessions[path] else {
                return .init(404, [], #"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":""}]}"#)
            }
            let start = request.headers["Content-Range"].flatMap { Int($0.prefix { $0 != "-" }) }
            if let start, start != bytes.count { return .init(416) }
            bytes += request.body
            state.sessions[path] = bytes
            if request.method == .patch { return .init(202, location(path)) }
            state.sessions[path] = nil
            let digest = Digest(of: bytes).description
            guard query["digest"] == digest else {
                return .init(400, [], #"{"errors":[{"code":"DIGEST_INVALID","message":""}]}"#)
            }
            if !habits.losesBlobs { state.blobs[digest] = bytes }
            return .init(201, stating(digest))
        case .delete: return .init(405)
        }
    }

    private func stating(_ digest: String) -> [(String, String)] {
        let stated = habits.statedDigest ?? digest
        return stated.isEmpty ? [] : [("Docker-Content-Digest", stated)]
    }

    private func location(_ session: String) -> [(String, String)] {
        [
            (
                "Location",
                (habits.isRelative ? "" : "http://registry.example") + session
                    + "?state=a%3Ab"
            )
        ]
            + (habits.leastChunk.map { [("OCI-Chunk-Min-Length", String($0))] } ?? [])
    }

    private static func query(_ address: WebAddress) -> [String: String] {
        let pairs = (address.query ?? "").split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(
            pairs.map {
                (
                    String($0[0]),
                    ($0.count > 1 ? String($0[1]) : "").replacing("%3A", with: ":").replacing("%2F", with: "/")
                )
            }
        ) { first, _ in first }
    }
}
