package import ByteIO
package import ImageModel

/// The requests of the distribution protocol for one repository. Contains no policy: no existence checks before writes, no
/// resumption.
package struct RepositoryClient: Sendable {
    package let name: RepositoryName
    let endpoint: RegistryEndpoint
    /// Shared by all repositories; every read and every write is recorded here.
    package let known: KnownBlobs
    let withoutReferrers: RepositoriesWithoutReferrers
    private let pushes: Bool

    init(
        name: RepositoryName, endpoint: RegistryEndpoint, known: KnownBlobs,
        withoutReferrers: RepositoriesWithoutReferrers, pushes: Bool = false
    ) {
        self.name = name
        self.endpoint = endpoint
        self.known = known
        self.withoutReferrers = withoutReferrers
        self.pushes = pushes
    }

    /// Traces how a blob came into the repository.
    package func trace(_ digest: Digest, _ fate: RegistryEvent.BlobFate) {
        endpoint.trace?.note(.blob(digest, name, fate))
    }

    /// Whether `other` is another repository of the same registry, from which blobs can be mounted.
    package func canMount(from other: RepositoryName) -> Bool { other.domain == name.domain && other != name }

    // MARK: - Manifests

    /// The manifest; `nil` if it does not exist. Verified against the requested digest and the digest in the response.
    package func manifest(_ target: RegistryReference.Target) throws(RegistryError) -> FetchedManifest? {
        let operation = operation(.read, target)
        var response = try read(
            .get, "manifests/\(target)", operation, headers: Self.accepted, bufferedBodyLimit: Self.manifestLimit)
        if response.status == 404 {
            response.drain()
            return nil
        }
        try check(&response, [200], operation)
        let bytes = try response.bytes(limit: Self.manifestLimit, operation)
        let type = response.headers["Content-Type"]?.split(separator: ";").first.map(String.init)
        if !Self.isManifest(bytes, type) { throw .notManifest(operation, contentType: type ?? "") }
        let expected: Digest? = if case .digest(let digest) = target { digest } else { nil }
        let stated = response.headers["Docker-Content-Digest"].flatMap { try? Digest(parsing: $0) }
        let content = DigestedBytes(bytes, algorithm: (expected ?? stated)?.algorithm ?? .sha256)
        for claim in [expected, stated] {
            if let claim, claim.algorithm == content.digest.algorithm, claim != content.digest {
                throw .wrongDigest(operation, expected: claim, found: content.digest.description)
            }
        }
        known.note(manifest: content.digest, in: name)
        return FetchedManifest(content: content, mediaType: MediaType((type ?? "").trimmingBlanks))
    }

    /// The digest of a manifest; `nil` if it does not exist. Reads the manifest if the response to HEAD has no digest.
    package func manifestDigest(_ target: RegistryReference.Target) throws(RegistryError) -> Digest? {
        let operation = operation(.look, target)
        var response = try read(.head, "manifests/\(target)", operation, headers: Self.accepted)
        if response.status == 404 { return nil }
        try check(&response, [200], operation)
        if let text = response.headers["Docker-Content-Digest"], let digest = try? Digest(parsing: text) {
            return digest
        }
        return try manifest(target)?.content.digest
    }

    /// A manifest or index, verified but not parsed: its reader decides which of the two it must be.
    package struct FetchedManifest: Sendable {
        package let content: DigestedBytes
        /// The type that the registry declares; empty if it declares none.
        package let mediaType: MediaType
    }

    /// The facts about a manifest that the registry has stored.
    package struct StoredManifest: Sendable {
        /// Whether the registry updates the list of referrers by itself.
        package let keepsReferrers: Bool
        /// The digest by which the registry knows the document, verified; `nil` if it is the digest of the document.
        package let served: Digest?
    }

    /// Returns when the registry has confirmed that it has the document.
    package func put(
        _ document: Document, as target: RegistryReference.Target
    ) throws(RegistryError) -> StoredManifest {
        let operation = operation(.write, target)
        var response = try send(
            .put, "manifests/\(target)", operation, headers: [("Content-Type", document.mediaType.rawValue)],
            body: .bytes(document.bytes), pushes: true)
        do throws(RegistryError) { try check(&response, 200..<300, operation) } catch {
            throw error.ofLayersElsewhere(in: document)
        }
        var served: Digest?
        if try !states(document.digest, response, operation) {
            served = try confirmed(document, at: target, response, operation)
        }
        // A registry that serves the tag by another digest may not know this one.
        if served == nil { known.note(manifest: document.digest, in: name) }
        return StoredManifest(keepsReferrers: response.headers["OCI-Subject"] != nil, served: served)
    }

    /// Confirms a PUT whose response states no digest, or one of another algorithm. Throws unless the registry has the
    /// document at `target`. Returns the digest of the other algorithm if the registry serves a tag by it.
    private func confirmed(
        _ document: Document, at target: RegistryReference.Target, _ response: HTTPResponse,
        _ operation: RegistryError.Operation
    ) throws(RegistryError) -> Digest? {
        let digest = document.digest
        let isTag = target != .digest(digest)
        if isTag, let served = Self.otherDigest(of: document, response) { return served }
        for place in isTag ? [target, .digest(digest)] : [target] {
            let look = self.operation(.look, place)
            var response = try send(.head, "manifests/\(place)", look, headers: Self.accepted, pushes: true)
            if response.status == 404 { throw .unconfirmed(operation) }
            try check(&response, [200], look)
            if try states(digest, response, look) { return nil }
            if isTag, let served = Self.otherDigest(of: document, response) { return served }
        }
        return nil
    }

    /// The digest of another algorithm that the response states; `nil` if it is not that of the document. The specification
    /// calls these digests of different domains.
    private static func otherDigest(of document: Document, _ response: HTTPResponse) -> Digest? {
        guard let stated = response.headers["Docker-Content-Digest"].flatMap({ try? Digest(parsing: $0) }),
            document.digest != stated, document.isNamed(by: stated)
        else { return nil }
        return stated
    }

    // MARK: - Blobs

    /// Whether the blob exists. Throws if it has another size.
    package func hasBlob(_ digest: Digest, size: Int64) throws(RegistryError) -> Bool {
        let operation = operation(.look, .digest(digest))
        var response = try send(.head, "blobs/\(digest)", operation)
        if response.status == 404 { return false }
        try check(&response, [200], operation)
        if let length = response.headers["Content-Length"].flatMap(Int64.init), length != size {
            throw .wrongSize(operation, expected: size, found: length)
        }
        return true
    }

    /// The unverified bytes from `offset` on, as they arrive; `count` of them, or all if it is `nil`.
    package func blob(
        _ digest: Digest, from offset: Int64 = 0, count: Int64? = nil
    ) throws(RegistryError) -> HTTPResponse {
        let operation = operation(.read, .digest(digest))
        var headers: [(String, String)] = []
        if offset > 0 || count != nil {
            let end = count.map { String(offset + $0 - 1) } ?? ""
            headers.append(("Range", "bytes=\(offset)-\(end)"))
        }
        var response = try send(.get, "blobs/\(digest)", operation, headers: headers)
        try check(&response, [200, 206], operation)
        known.note(digest, in: name)
        return response
    }

    // MARK: - Requests

    func operation(_ verb: RegistryError.Operation.Verb, _ target: RegistryReference.Target) -> RegistryError.Operation
    {
        switch target {
        case .tag(let tag): .init(verb, "\(name):\(tag)")
        case .digest(let digest): .init(verb, "\(name)@\(digest)")
        }
    }

    /// Sends a GET or HEAD, which may be the first request to the registry.
    func read(
        _ method: HTTPRequest.Method, _ path: String, _ operation: RegistryError.Operation,
        headers: [(String, String)] = [], bufferedBodyLimit: Int? = nil
    ) throws(RegistryError) -> HTTPResponse {
        try endpoint.send("\(name.path)/\(path)") { address in
            request(
                HTTPRequest(method, address, headers: HTTPHeaders(headers)), operation, pushes: false,
                bufferedBodyLimit: bufferedBodyLimit)
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ operation: RegistryError.Operation,
        headers: [(String, String)] = [], body: HTTPRequest.Body = .none, pushes: Bool = false,
        bufferedBodyLimit: Int? = nil
    ) throws(RegistryError) -> HTTPResponse {
        let address = try endpoint.address("\(name.path)/\(path)")
        return try send(
            HTTPRequest(method, address, headers: HTTPHeaders(headers), body: body), operation, pushes: pushes,
            bufferedBodyLimit: bufferedBodyLimit)
    }

    func send(
        _ http: HTTPRequest, _ operation: RegistryError.Operation, pushes: Bool, from source: RepositoryName? = nil,
        isRepeatable: Bool = true, bufferedBodyLimit: Int? = nil
    ) throws(RegistryError) -> HTTPResponse {
        try endpoint.send(
            request(
                http, operation, pushes: pushes, from: source, isRepeatable: isRepeatable,
                bufferedBodyLimit: bufferedBodyLimit))
    }

    private func request(
        _ http: HTTPRequest, _ operation: RegistryError.Operation, pushes: Bool, from source: RepositoryName? = nil,
        isRepeatable: Bool = true, bufferedBodyLimit: Int? = nil
    ) -> RegistryRequest {
        let scopes = [pushes || self.pushes ? AccessScope.push(name) : .pull(name)] + (source.map { [.pull($0)] } ?? [])
        var request = RegistryRequest(
            http, repository: name, scopes: scopes, operation: operation, isRepeatable: isRepeatable)
        request.bufferedBodyLimit = bufferedBodyLimit
        return request
    }

    func check(
        _ response: inout HTTPResponse, _ wanted: some Collection<Int>, _ operation: RegistryError.Operation
    ) throws(RegistryError) {
        if !wanted.contains(response.status) { throw endpoint.refusal(&response, operation) }
    }

    /// Whether the response states `digest`; `false` if it states none, or one of another algorithm: registries state the
    /// algorithm that they store by. Throws if it states another digest.
    func states(
        _ digest: Digest, _ response: HTTPResponse, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> Bool {
        guard let stated = response.headers["Docker-Content-Digest"] else { return false }
        if stated == digest.description { return true }
        if let other = try? Digest(parsing: stated), other.algorithm != digest.algorithm { return false }
        throw .wrongDigest(operation, expected: digest, found: stated)
    }

    /// Whether the response is meant to be a manifest: its media type says so, or it is JSON. Other responses, such as
    /// HTML pages, are not damaged manifests and get another error.
    private static func isManifest(_ bytes: [UInt8], _ type: String?) -> Bool {
        if bytes.isEmpty { return false }
        let type = MediaType((type ?? "").trimmingBlanks)
        if type.isManifest || type.isIndex || type.isSchema1 { return true }
        return JSONSniff.firstByte(bytes) == UInt8(ascii: "{")
    }

    private static let manifestLimit = 4 << 20
    private static let accepted = [
        (
            "Accept",
            [
                MediaType.ociIndex, .ociManifest, .dockerList, .dockerManifest, .dockerSchema1, .dockerSchema1Signed,
            ].map(\.rawValue).joined(separator: ", ") + ", */*;q=0.1"
        )
    ]
}

extension RegistryError {
    /// docker-registry answers 500 to such a manifest and names an unknown blob. All other blobs were sent before.
    fileprivate func ofLayersElsewhere(in document: Document) -> RegistryError {
        guard case .refused(let operation, let status, let errors) = self,
            document.manifest?.layers.contains(where: { !$0.urls.isEmpty }) == true,
            errors.contains(where: { $0.code == "MANIFEST_BLOB_UNKNOWN" })
        else { return self }
        return .layersElsewhere(operation, status: status, errors: errors)
    }
}
