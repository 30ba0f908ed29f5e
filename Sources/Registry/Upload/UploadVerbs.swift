internal import ByteIO
internal import ImageModel

/// The requests of a blob upload. Decisions after a failure are made in `BlobUpload`.
extension RepositoryClient {
    enum UploadStart {
        /// The registry has mounted the blob; nothing needs to be sent.
        case mounted
        case session(UploadSession)
    }

    /// Starts an upload, with a mount from the first usable candidate if there is one.
    ///
    /// A registry that cannot mount answers 202 with a session, which is then used. A refused mount is recorded and not
    /// tried again, and a plain upload is started instead.
    func beginUpload(
        of digest: Digest, size: Int64, mountingFrom candidates: [RepositoryName]
    ) throws(RegistryError) -> UploadStart {
        if let source = candidates.first(where: { !known.refusesMounts(from: $0) }) {
            if let start = try mount(digest, size, from: source) { return start }
            known.noteRefusedMount(from: source)
        } else if !known.refusesAutomaticMounts(name.domain) {
            if let start = try mount(digest, size, from: nil) { return start }
            let start = try beginPlainUpload(of: digest)
            // The plain request succeeded, so the mount parameter was the cause of the refusal.
            known.noteRefusedAutomaticMount(name.domain)
            return start
        }
        return try beginPlainUpload(of: digest)
    }

    /// Asks for a mount from `source` or, if that is `nil`, from any repository. Returns `nil` if the registry refuses it,
    /// or if it reports a mount and does not have the blob.
    private func mount(
        _ digest: Digest, _ size: Int64, from source: RepositoryName?
    ) throws(RegistryError) -> UploadStart? {
        let operation = operation(source == nil ? .upload : .mount, .digest(digest))
        let address = try uploads().adding(
            [("mount", digest.description)] + (source.map { [("from", $0.path)] } ?? []))
        do throws(RegistryError) {
            let response = try post(address, operation, from: source)
            guard response.status == 201 else {
                if let source { known.noteSession(insteadOfMountFrom: source) }
                return .session(try requiredSession(in: response, operation))
            }
            if try states(digest, response, operation) { return .mounted }
            return try hasBlob(digest, size: size) ? .mounted : nil
        } catch {
            guard error.isRefusal else { throw error }
            return nil
        }
    }

    private func beginPlainUpload(of digest: Digest) throws(RegistryError) -> UploadStart {
        let operation = operation(.upload, .digest(digest))
        return .session(try requiredSession(in: post(uploads(), operation), operation))
    }

    private func uploads() throws(RegistryError) -> WebAddress { try endpoint.address("\(name.path)/blobs/uploads/") }

    private func post(
        _ address: WebAddress, _ operation: RegistryError.Operation, from source: RepositoryName? = nil
    ) throws(RegistryError) -> HTTPResponse {
        var response = try send(HTTPRequest(.post, address), operation, pushes: true, from: source)
        try check(&response, [200, 201, 202, 204], operation)
        return response
    }

    private func requiredSession(
        in response: HTTPResponse, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> UploadSession {
        guard let session = try session(in: response, operation) else {
            throw .unusableHeader(operation, name: "Location", value: "")
        }
        return session
    }

    /// Gives up a session that is not needed. A registry that keeps it removes it some time later.
    func cancel(_ session: UploadSession, _ digest: Digest) {
        var response = try? send(
            HTTPRequest(.delete, session.location), operation(.upload, .digest(digest)), pushes: true)
        response?.drain()
    }

    /// Requests the number of bytes that the registry has received.
    func status(of session: UploadSession, _ digest: Digest) throws(RegistryError) -> UploadSession {
        let operation = operation(.upload, .digest(digest))
        var response = try send(HTTPRequest(.get, session.location), operation, pushes: true)
        try check(&response, [200, 202, 204], operation)
        let next = try self.session(in: response, operation)
        return UploadSession(
            location: next?.location ?? session.location,
            received: UploadSession.received(response.headers["Range"]),
            leastChunk: next?.leastChunk ?? session.leastChunk)
    }

    /// Sends one chunk that is not the last.
    func send(
        _ chunk: HTTPRequest.Body, at offset: Int64, to session: UploadSession, _ digest: Digest
    ) throws(RegistryError) -> UploadSession {
        let operation = operation(.upload, .digest(digest))
        var request = HTTPRequest(
            .patch, session.location, headers: Self.headers(chunk, at: offset, isPart: true), body: chunk)
        // docker's registry loses a session whose chunk breaks off.
        request.outlastsSignals = true
        var response = try send(request, operation, pushes: true, isRepeatable: false)
        try check(&response, 200..<300, operation)
        let next = try self.session(in: response, operation)
        return UploadSession(
            location: next?.location ?? session.location, leastChunk: next?.leastChunk ?? session.leastChunk)
    }

    /// Sends the last chunk, or the whole blob, and completes the upload. Returns when the registry has confirmed that it
    /// has the blob.
    func finish(
        _ chunk: HTTPRequest.Body, at offset: Int64, to session: UploadSession, _ digest: Digest
    ) throws(RegistryError) {
        let operation = operation(.upload, .digest(digest))
        var request = HTTPRequest(
            .put, session.location.adding([("digest", digest.description)]),
            headers: Self.headers(chunk, at: offset, isPart: offset > 0 && chunk.size > 0), body: chunk)
        // An interrupted request loses the session together with all earlier chunks.
        request.outlastsSignals = offset > 0
        var response = try send(request, operation, pushes: true, isRepeatable: false)
        try check(&response, 200..<300, operation)
        if try states(digest, response, operation) { return }
        if try !hasBlob(digest, size: offset + chunk.size) { throw .unconfirmed(operation) }
    }

    /// A whole blob has no Content-Range: some registries then take it for a chunk that is too large.
    private static func headers(_ chunk: HTTPRequest.Body, at offset: Int64, isPart: Bool) -> HTTPHeaders {
        var headers = HTTPHeaders([("Content-Type", "application/octet-stream")])
        if isPart { headers.add("Content-Range", "\(offset)-\(offset + chunk.size - 1)") }
        return headers
    }

    /// The session in a response; `nil` if there is no `Location`.
    private func session(
        in response: HTTPResponse, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> UploadSession? {
        guard let text = response.headers["Location"] else { return nil }
        guard let location = Self.location(text, after: response.address) else {
            throw .unusableHeader(operation, name: "Location", value: Redirect.shown(text))
        }
        let least = response.headers["OCI-Chunk-Min-Length"].flatMap { Int64($0) }
        return UploadSession(location: location, leastChunk: least.flatMap { $0 > 0 ? $0 : nil })
    }

    /// The address in `Location`; `nil` unless it has the same origin or uses https.
    ///
    /// A registry behind a proxy that terminates TLS may send http addresses of its own host. These are changed to https.
    static func location(_ text: String, after address: WebAddress) -> WebAddress? {
        guard let found = address.resolving(text) else { return nil }
        if found.hasSameOrigin(as: address) || found.scheme == .https { return found }
        guard found.host == address.host, address.scheme == .https else { return nil }
        return WebAddress(
            scheme: .https, host: address.host, port: address.port, path: found.path, query: found.query)
    }
}
