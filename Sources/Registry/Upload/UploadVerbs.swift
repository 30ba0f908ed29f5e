internal import ByteIO
internal import ImageModel

/// The verbs of uploading a blob, one request each. What to do when they fail is not decided here.
extension RepositoryClient {
    enum Begun {
        /// The blob is there without a byte of ours.
        case mounted
        case session(UploadSession)
    }

    /// `mounting`: the registry may take what it has instead; `from`: there it can be found.
    func beginUpload(
        of digest: Digest, mounting: Bool, from source: RepositoryName? = nil
    ) throws(RegistryError) -> Begun {
        let operation = operation(source == nil ? .upload : .mount, .digest(digest))
        var address = try endpoint.address("\(name.path)/blobs/uploads/")
        if mounting { address = address.adding([("mount", digest.description)]) }
        if let source { address = address.adding([("from", source.path)]) }
        let request = HTTPRequest(.post, address)
        var response = try send(request, operation, pushes: true, from: source)
        try check(&response, [200, 201, 202, 204], operation)
        if response.status == 201, mounting {
            try checkDigest(of: response, digest, operation)
            return .mounted
        }
        guard let session = try session(in: response, after: request.address, operation) else {
            throw .unusableHeader(operation, name: "Location", value: "")
        }
        return .session(session)
    }

    /// What the registry has of it.
    func status(of session: UploadSession, _ digest: Digest) throws(RegistryError) -> UploadSession {
        let operation = operation(.upload, .digest(digest))
        var response = try send(HTTPRequest(.get, session.location), operation, pushes: true)
        try check(&response, [200, 202, 204], operation)
        let next = try self.session(in: response, after: session.location, operation)
        return UploadSession(
            location: next?.location ?? session.location,
            received: UploadSession.received(response.headers["Range"]),
            leastChunk: next?.leastChunk ?? session.leastChunk)
    }

    /// One piece, and not the last.
    func send(
        _ piece: HTTPRequest.Body, at offset: Int64, to session: UploadSession, _ digest: Digest
    ) throws(RegistryError) -> UploadSession {
        let operation = operation(.upload, .digest(digest))
        var request = HTTPRequest(
            .patch, session.location, headers: Self.headers(piece, at: offset, isPart: true), body: piece)
        // docker's registry forgets a session of which a piece broke off.
        request.outlastsSignals = true
        var response = try send(request, operation, pushes: true, isRepeatable: false)
        try check(&response, 200..<300, operation)
        let next = try self.session(in: response, after: session.location, operation)
        return UploadSession(
            location: next?.location ?? session.location, leastChunk: next?.leastChunk ?? session.leastChunk)
    }

    /// The last piece, or the whole, after which the blob is there.
    func finish(
        _ piece: HTTPRequest.Body, at offset: Int64, to session: UploadSession, _ digest: Digest
    ) throws(RegistryError) {
        let operation = operation(.upload, .digest(digest))
        var request = HTTPRequest(
            .put, session.location.adding([("digest", digest.description)]),
            headers: Self.headers(piece, at: offset, isPart: offset > 0 && piece.size > 0), body: piece)
        // What is there already is lost with the session, too.
        request.outlastsSignals = offset > 0
        var response = try send(request, operation, pushes: true, isRepeatable: false)
        try check(&response, 200..<300, operation)
        try checkDigest(of: response, digest, operation)
    }

    // A whole blob bears no Content-Range: there are registries that then take it for a chunk that is too large.
    private static func headers(_ piece: HTTPRequest.Body, at offset: Int64, isPart: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders([("Content-Type", "application/octet-stream")])
        if isPart { headers.add("Content-Range", "\(offset)-\(offset + piece.size - 1)") }
        return headers
    }

    /// nil: the answer names no place.
    private func session(
        in response: HTTPResponse, after address: WebAddress, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> UploadSession? {
        guard let text = response.headers["Location"] else { return nil }
        guard let location = Self.place(text, after: response.address) else {
            throw .unusableHeader(operation, name: "Location", value: WebAddress(parsing: text)?.shown ?? "")
        }
        let least = response.headers["OCI-Chunk-Min-Length"].flatMap { Int64($0) }
        return UploadSession(location: location, leastChunk: least.flatMap { $0 > 0 ? $0 : nil })
    }

    /// On the same server, or elsewhere by https. A registry behind a proxy that speaks TLS for it may not know that it
    /// does: what it calls http on its own host is meant to be this very place.
    static func place(_ text: String, after address: WebAddress) -> WebAddress? {
        guard let found = address.resolving(text) else { return nil }
        if found.hasSameOrigin(as: address) || found.scheme == .https { return found }
        guard found.host == address.host, address.scheme == .https else { return nil }
        return WebAddress(
            scheme: .https, host: address.host, port: address.port, path: found.path, query: found.query)
    }
}
