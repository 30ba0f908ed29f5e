package import ByteIO
package import ImageModel

/// The verbs of the distribution protocol for one repository. No policy: what exists is not asked for here, nothing is
/// resumed, nothing is decided.
package struct RepositoryClient: Sendable {
    package let name: RepositoryName
    let endpoint: RegistryEndpoint
    /// Of all repositories: whatever was read here or put here is known to be here.
    package let known: KnownBlobs
    let listless: ListlessRepositories
    private let pushes: Bool

    init(
        name: RepositoryName, endpoint: RegistryEndpoint, known: KnownBlobs, listless: ListlessRepositories,
        pushes: Bool = false
    ) {
        self.name = name
        self.endpoint = endpoint
        self.known = known
        self.listless = listless
        self.pushes = pushes
    }

    /// Both repositories are in one registry, so blobs can be mounted.
    package func isBeside(_ other: RepositoryName) -> Bool { other.domain == name.domain && other != name }

    // MARK: - Manifests

    /// nil: there is none. Verified against the digest that was asked for and the one that the registry tells.
    package func manifest(_ target: RegistryReference.Target) throws(RegistryError) -> Document? {
        let operation = operation(.read, target)
        var response = try send(
            .get, "manifests/\(target)", operation, headers: Self.accepted, wholeAnswer: Self.manifestLimit)
        if response.status == 404 {
            response.settle()
            return nil
        }
        try check(&response, [200], operation)
        let bytes = try response.document(limit: Self.manifestLimit, operation)
        let type = response.headers["Content-Type"]?.split(separator: ";").first.map(String.init)
        if Self.isSomethingElse(bytes, type) { throw .notManifest(operation, contentType: type ?? "") }
        let expected: Digest? = if case .digest(let digest) = target { digest } else { nil }
        let told = response.headers["Docker-Content-Digest"].flatMap { try? Digest(parsing: $0) }
        let document = Document(
            bytes, mediaType: MediaType((type ?? "").trimmingBlanks),
            algorithm: (expected ?? told)?.algorithm ?? .sha256)
        for claim in [expected, told] {
            if let claim, claim.algorithm == document.digest.algorithm, claim != document.digest {
                throw .wrongDigest(operation, expected: claim, found: document.digest.description)
            }
        }
        known.note(manifest: document.digest, in: name)
        return document
    }

    /// nil: there is none. A registry that tells no digest is asked for the whole.
    package func manifestDigest(_ target: RegistryReference.Target) throws(RegistryError) -> Digest? {
        let operation = operation(.look, target)
        var response = try send(.head, "manifests/\(target)", operation, headers: Self.accepted)
        if response.status == 404 { return nil }
        try check(&response, [200], operation)
        if let text = response.headers["Docker-Content-Digest"], let digest = try? Digest(parsing: text) {
            return digest
        }
        return try manifest(target)?.digest
    }

    /// What the registry made of a manifest that it was given.
    package struct Stored: Sendable {
        /// It keeps the list of what refers to the subject itself.
        package let keepsReferrers: Bool
    }

    package func put(
        _ document: Document, as target: RegistryReference.Target
    ) throws(RegistryError) -> Stored {
        let operation = operation(.write, target)
        var response = try send(
            .put, "manifests/\(target)", operation, headers: [("Content-Type", document.mediaType.rawValue)],
            body: .bytes(document.bytes), pushes: true)
        try check(&response, 200..<300, operation)
        try checkDigest(of: response, document.digest, operation)
        known.note(manifest: document.digest, in: name)
        return Stored(keepsReferrers: response.headers["OCI-Subject"] != nil)
    }

    // MARK: - Blobs

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

    /// The bytes from `offset` on, as they arrive; not verified. `count`: no more are needed.
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

    // MARK: - What all of them are

    func operation(_ verb: RegistryError.Operation.Verb, _ target: RegistryReference.Target) -> RegistryError.Operation
    {
        switch target {
        case .tag(let tag): .init(verb, "\(name):\(tag)")
        case .digest(let digest): .init(verb, "\(name)@\(digest)")
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ operation: RegistryError.Operation,
        headers: [(String, String)] = [], body: HTTPRequest.Body = .none, pushes: Bool = false,
        wholeAnswer: Int? = nil
    ) throws(RegistryError) -> HTTPResponse {
        let address = try endpoint.address("\(name.path)/\(path)")
        return try send(
            HTTPRequest(method, address, headers: HTTPHeaders(headers), body: body), operation, pushes: pushes,
            wholeAnswer: wholeAnswer)
    }

    func send(
        _ http: HTTPRequest, _ operation: RegistryError.Operation, pushes: Bool, from source: RepositoryName? = nil,
        isRepeatable: Bool = true, wholeAnswer: Int? = nil
    ) throws(RegistryError) -> HTTPResponse {
        let scopes = [pushes || self.pushes ? AccessScope.push(name) : .pull(name)] + (source.map { [.pull($0)] } ?? [])
        var request = RegistryRequest(
            http, repository: name, scopes: scopes, operation: operation, isRepeatable: isRepeatable)
        request.wholeAnswer = wholeAnswer
        return try endpoint.send(request)
    }

    func check(
        _ response: inout HTTPResponse, _ wanted: some Collection<Int>, _ operation: RegistryError.Operation
    ) throws(RegistryError) {
        if !wanted.contains(response.status) { throw endpoint.refusal(&response, operation) }
    }

    /// A digest of another algorithm says nothing about ours: registries tell the one that they store by.
    func checkDigest(
        of response: HTTPResponse, _ digest: Digest, _ operation: RegistryError.Operation
    ) throws(RegistryError) {
        guard let told = response.headers["Docker-Content-Digest"], told != digest.description else { return }
        if let other = try? Digest(parsing: told), other.algorithm != digest.algorithm { return }
        throw .wrongDigest(operation, expected: digest, found: told)
    }

    /// What is called a manifest and is none is damaged; what is not even called one was never meant to be it.
    private static func isSomethingElse(_ bytes: [UInt8], _ type: String?) -> Bool {
        let type = MediaType((type ?? "").trimmingBlanks)
        if bytes.isEmpty { return true }
        if type.isManifest || type.isIndex || type.isSchema1 { return false }
        return bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } != UInt8(ascii: "{")
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
