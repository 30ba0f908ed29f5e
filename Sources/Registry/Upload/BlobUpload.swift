package import ByteIO
package import ImageModel

/// One blob on its way into a repository.
///
/// Whole blobs go by `POST` and one `PUT` (distribution-spec 1.1, "Pushing a blob monolithically", "POST then PUT"): the
/// fewest requests, and no form survives more. Tried with docker-registry 2.8.2:
///
/// - What arrives of a body that breaks off, `PATCH` or `PUT` alike, is kept and counts, but its `Location` is bound to the
///   number of bytes that there were when it was given (`_state`): afterwards even `GET` says 404 `BLOB_UPLOAD_INVALID`, and
///   such a session is lost. Between two chunks the last `Location` works from any process and any connection, so a
///   signal lets the chunk end that is under way.
/// - A `PATCH` whose answer got lost cannot be repeated by accident: its `Location` is outdated. `Content-Range` is not
///   looked at, and 416 never said. A `PUT` with the last chunk ends a chunked upload.
/// - A wrong digest is 400 `DIGEST_INVALID` and ends the session.
/// - `Range: 0-0` is said of an empty session and of one byte.
///
/// Others keep what has arrived and say so (`GET` on the session, "Pushing a blob in chunks"), whatever it came by. And:
/// ECR says the end of the first chunk as `Range` for ever, zot less than it has, so that nothing but a refusal (416) or a
/// break makes us ask; ECR answers `GET` with 404; some refuse a whole blob with a `Content-Range`, others a `POST` that
/// would mount (401, 403, 404), where a plain one does.
package struct BlobUpload {
    package enum Outcome: Equatable, Sendable {
        /// Without a byte of ours: from that repository, or from wherever the registry found it.
        case mounted
        case sent
    }

    private let client: RepositoryClient
    private let options: UploadOptions
    private let bytes: OutgoingBlob
    private let operation: RegistryError.Operation

    private var chunkSize: Int64?
    private var state: UploadState = .new
    /// Since something moved.
    private var failures = 0
    private var restarts = 0
    private var best: Int64 = 0
    /// Some of it was sent by a request that broke off, or by another process.
    private var isResumed = false
    private var entry: UploadEntry?

    private static let mostRestarts = 5
    /// What proxies let pass that do not let everything pass.
    static let smallChunk: Int64 = 32 << 20

    package init(
        _ digest: Digest, size: Int64, source: any ByteSource, to client: RepositoryClient, _ options: UploadOptions,
        progress: @escaping @Sendable (Int) -> Void
    ) {
        self.client = client
        self.options = options
        bytes = OutgoingBlob(digest, size: size, source: source, progress: progress)
        operation = client.operation(.upload, .digest(digest))
        chunkSize = options.chunkSize
    }

    /// Returns when the registry has the blob. `candidates`: other repositories of the same registry that may have it.
    package consuming func run(mountingFrom candidates: [RepositoryName] = []) throws(RegistryError) -> Outcome {
        var upload = self
        return try upload.advance(candidates)
    }

    private mutating func advance(_ candidates: [RepositoryName]) throws(RegistryError) -> Outcome {
        let origin = try client.endpoint.address("")
        entry = options.ledger.entry(bytes.digest, size: bytes.size, in: client.name, at: origin)
        if let location = entry?.location {
            state = .doubtful(UploadSession(location: location))
        }
        var candidates = candidates.filter { client.isBeside($0) }
        while true {
            do throws(RegistryError) {
                switch state {
                case .new:
                    if try begin(candidates) { return ended(.mounted) }
                    candidates = []
                case .doubtful(let session): try ask(session)
                case .ready(let session, let offset):
                    if try send(to: session, from: offset) { return ended(.sent) }
                }
            } catch {
                if try recover(from: error) { return ended(.sent) }
            }
        }
    }

    private func ended(_ outcome: Outcome) -> Outcome {
        entry?.remove()
        client.known.note(bytes.digest, in: client.name)
        return outcome
    }

    // MARK: - Steps

    /// true: there is nothing left to send.
    private mutating func begin(_ candidates: [RepositoryName]) throws(RegistryError) -> Bool {
        switch try UploadBeginning(client, bytes.digest).begin(from: candidates) {
        case .mounted: return true
        case .session(let session):
            entry?.keep(session.location)
            state = .ready(session, offset: 0)
            return false
        }
    }

    private mutating func ask(_ session: UploadSession) throws(RegistryError) {
        let current = try client.status(of: session, bytes.digest)
        guard let received = current.received, received <= bytes.size else { return try restart(nil) }
        if received > best {
            best = received
            failures = 0
        }
        entry?.keep(current.location)
        isResumed = true
        state = .ready(current, offset: received)
    }

    /// true: that was the last of it.
    private mutating func send(to session: UploadSession, from offset: Int64) throws(RegistryError) -> Bool {
        let rest = bytes.size - offset
        // Who says how small chunks may be wants chunks, and not as many as there can be.
        let chunk = session.leastChunk.map { max($0, chunkSize ?? Self.smallChunk) } ?? chunkSize ?? rest
        let isLast = rest <= chunk
        let piece: HTTPRequest.Body
        do throws(IOFailure) { piece = try bytes.body(from: offset, count: min(rest, chunk)) } catch {
            throw .io(error)
        }
        do throws(IOFailure) { try Interruption.check(.send, operation.subject) } catch { throw .io(error) }
        if isLast {
            try client.finish(piece, at: offset, to: session, bytes.digest)
            return true
        }
        let next = try client.send(piece, at: offset, to: session, bytes.digest)
        entry?.keep(next.location)
        best = max(best, offset + chunk)
        failures = 0
        state = .ready(next, offset: offset + chunk)
        return false
    }

    // MARK: - Faults

    /// true: nothing was wrong but that we did not hear of the end.
    private mutating func recover(from error: RegistryError) throws(RegistryError) -> Bool {
        if let failure = bytes.failure { throw .io(failure) }
        if case .doubtful = state, error.isRefusal {
            // The answer to the last piece may be all that was lost: then there is a blob where the session was.
            if bytes.isComplete, try client.hasBlob(bytes.digest, size: bytes.size) { return true }
            try restart(error)
            return false
        }
        switch UploadFault(error) {
        case .lasting:
            // What others sent, or what broke off, may be anything; what is sent in one go is ours.
            guard isResumed, error.says("DIGEST_INVALID") else { throw error }
            try restart(error)
        case .tooLarge:
            guard chunkSize == nil || chunkSize.map({ $0 > Self.smallChunk }) == true,
                bytes.size > Self.smallChunk
            else { throw error }
            chunkSize = Self.smallChunk
            try restart(error)
        case .sessionLost:
            guard state.session != nil else { throw error }
            try restart(error)
        case .outOfStep, .passing:
            // Only pieces are sent once: everything else was tried again on its road, as often as anything is.
            guard case .ready = state else { throw error }
            failures += 1
            guard failures < client.endpoint.backoff.attempts else { throw error }
            // Something on the way does not bear bodies of this size.
            if failures == 3, chunkSize == nil, bytes.size > Self.smallChunk { chunkSize = Self.smallChunk }
            try pause(failures)
            if let session = state.session { state = .doubtful(session) }
        }
        return false
    }

    private mutating func restart(_ error: RegistryError?) throws(RegistryError) {
        restarts += 1
        guard restarts <= Self.mostRestarts else {
            throw error ?? .malformedAnswer(operation, "the upload does not go on")
        }
        if restarts > 1 { try pause(restarts - 1) }
        isResumed = false
        state = .new
    }

    private func pause(_ attempt: Int) throws(RegistryError) {
        do throws(IOFailure) {
            try client.endpoint.backoff.sleep(after: attempt, for: operation.subject)
        } catch { throw .io(error) }
    }
}
