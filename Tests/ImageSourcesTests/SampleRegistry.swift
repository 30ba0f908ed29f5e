import ByteIO
import ImageModel
import Registry
import TestSupport

/// A registry in memory that records the requests.
struct SampleRegistry: Sendable {
    static let repository = "registry.example/app"

    var tags: [String: Digest] = [:]
    var manifests: [Digest: Document] = [:]
    var blobs: [Digest: [UInt8]] = [:]
    /// Wrong responses, by path after the repository.
    var wrong: [String: ScriptedTransport.Answer] = [:]

    init(_ images: [SampleImage] = [], _ documents: [Document] = [], tags: [String: Document]) {
        for image in images {
            manifests[image.manifest.digest] = image.manifest
            blobs[image.config.digest] = image.config.bytes
            for layer in image.layers { blobs[layer.descriptor.digest] = layer.bytes }
        }
        for document in documents + tags.values { manifests[document.digest] = document }
        self.tags = tags.mapValues(\.digest)
    }

    var transport: ScriptedTransport { ScriptedTransport { answer($0) } }

    /// The requested paths after the repository, such as `manifests/1`.
    static func paths(_ transport: ScriptedTransport) -> [String] {
        transport.requests.map { request in
            let path = request.address.path
            let rest = path.hasPrefix("/v2/app/") ? String(path.dropFirst("/v2/app/".count)) : path
            return (request.method == .get ? "" : "\(request.method.rawValue) ") + rest
                + (request.headers["Range"].map { " " + $0 } ?? "")
        }
    }

    private func answer(_ request: ScriptedTransport.Request) -> ScriptedTransport.Answer {
        let path = request.address.path
        if path == "/v2/" { return .init(200) }
        let parts = path.split(separator: "/").map(String.init)
        guard path.hasPrefix("/v2/app/"), parts.count == 4 else { return .init(404) }
        if let answer = wrong["\(parts[2])/\(parts[3])"] { return answer }
        let digest = tags[parts[3]] ?? (try? Digest(parsing: parts[3]))
        guard let digest else { return .init(404) }
        if parts[2] == "manifests", let document = manifests[digest] {
            return .init(
                200,
                [
                    ("Content-Type", document.mediaType.rawValue),
                    ("Docker-Content-Digest", document.digest.description),
                ], document.bytes)
        }
        guard parts[2] == "blobs", let bytes = blobs[digest] else { return .init(404) }
        return .init(200, [("Content-Length", "\(bytes.count)")], bytes)
    }
}

extension ScriptedTransport {
    var access: RegistryAccess {
        RegistryAccess(RegistryOptions(backoff: Backoff(ScriptedTime()))) { self.connecting($0) }
    }
}
