package import ByteIO
package import ImageModel

/// The upload of one blob into a repository, with recovery from failures.
///
/// Whole blobs use `POST` and one `PUT` (distribution-spec 1.1, "Pushing a blob monolithically", "POST then PUT"). This
/// needs the fewest requests, and chunks do not survive more failures. Measured with docker-registry 2.8.2:
///
/// - The registry keeps the received part of a body that breaks off, in `PATCH` and in `PUT`. But the `Location` of the
///   session names the earlier number of bytes (`_state`). Even `GET` then answers 404 `BLOB_UPLOAD_INVALID`, so the
///   session is lost. Between two chunks the latest `Location` works from any process and any connection. A signal
///   therefore lets the current chunk end.
/// - A `PATCH` whose response was lost cannot be repeated by accident: its `Location` is outdated. The registry ignores
///   `Content-Range` and never answers 416. A `PUT` with the last chunk ends a chunked upload.
/// - A wrong digest gives 400 `DIGEST_INVALID` and ends the session.
/// - `Range: 0-0` stands for an empty session and for one byte.
///
/// Other registries keep the received part and state its size (`GET` on the session, "Pushing a blob in chunks"). Their
/// deviations:
///
/// - ECR states the end of the first chunk as `Range` in every response, and zot states less than it has. So the size is
///   requested only after 416 or a broken connection.
/// - ECR answers `GET` on a session with 404.
/// - Some registries refuse a whole blob with a `Content-Range`.
/// - Some refuse a `POST` with a mount (401, 403, 404) and accept a plain one.
/// - Some state no digest in the response to the last request, or one of another algorithm. Proxies may answer 201 by
///   themselves. A `HEAD` then shows whether the registry has the blob.
package struct BlobUpload {
    package enum Outcome: Equatable, Sendable {
        /// The registry has mounted the blob; no content was sent.
        case mounted
        /// The repository had the blob; nothing was mounted or sent.
        case present
        case sent
    }

    private let client: RepositoryClient
    private let options: UploadOptions
    private let bytes: OutgoingBlob
    private let operation: RegistryError.Operation

    private var chunkSize: Int64?
    private var state: UploadState = .new
    /// The number of failures since the last progress.
    private var failures = 0
    private var restarts = 0
    /// The highest offset that the registry has confirmed.
    private var best: Int64 = 0
    /// Whether a part was sent by a request that broke off, or by another process.
    private var isResumed = false
    private var entry: UploadEntry?
    private var isKnownAbsent = true

    private static let restartLimit = 5
    /// A chunk size that most proxies with a body limit accept.
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

    /// Returns when the registry has the blob. `candidates` are repositories that may have it; those of other registries
    /// are ignored. `isKnownAbsent`: whether the repository was asked for the blob before.
    package consuming func run(
        mountingFrom candidates: [RepositoryName] = [], isKnownAbsent: Bool = true
    ) throws(RegistryError) -> Outcome {
        var upload = self
        upload.isKnownAbsent = isKnownAbsent
        do throws(RegistryError) { return try upload.advance(candidates) } catch {
            // Without a session there is nothing to resume.
            if upload.state.session == nil { upload.entry?.remove() }
            throw error
        }
    }

    private mutating func advance(_ candidates: [RepositoryName]) throws(RegistryError) -> Outcome {
        let origin = try client.endpoint.address("")
        entry = options.ledger.entry(bytes.digest, size: bytes.size, in: client.name, at: origin)
        if let location = entry?.location {
            state = .unknownOffset(UploadSession(location: location))
        }
        var candidates = candidates.filter(client.canMount(from:))
        while true {
            do throws(RegistryError) {
                switch state {
                case .new:
                    if try begin(candidates) { return ended(.mounted) }
                    if !isKnownAbsent, try client.hasBlob(bytes.digest, size: bytes.size) {
                        if let session = state.session { client.cancel(session, bytes.digest) }
                        return ended(.present)
                    }
                    (candidates, isKnownAbsent) = ([], true)
                case .unknownOffset(let session): try requestOffset(session)
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

    /// Opens a session; returns whether the blob was mounted instead.
    private mutating func begin(_ candidates: [RepositoryName]) throws(RegistryError) -> Bool {
        switch try client.beginUpload(of: bytes.digest, size: bytes.size, mountingFrom: candidates) {
        case .mounted: return true
        case .session(let session):
            entry?.keep(session.location)
            state = .ready(session, offset: 0)
            return false
        }
    }

    private mutating func requestOffset(_ session: UploadSession) throws(RegistryError) {
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

    /// Sends the next chunk; returns whether it was the last.
    private mutating func send(to session: UploadSession, from offset: Int64) throws(RegistryError) -> Bool {
        let rest = bytes.size - offset
        // A registry that states a minimum wants chunks. Smaller chunks than necessary only cost requests.
        let size = session.leastChunk.map { max($0, chunkSize ?? Self.smallChunk) } ?? chunkSize ?? rest
        let chunk = try body(from: offset, count: min(rest, size))
        if rest <= size {
            try client.finish(chunk, at: offset, to: session, bytes.digest)
            return true
        }
        let next = try client.send(chunk, at: offset, to: session, bytes.digest)
        entry?.keep(next.location)
        best = max(best, offset + size)
        failures = 0
        state = .ready(next, offset: offset + size)
        return false
    }

    /// Throws if a signal asks the program to stop, so that no further chunk starts.
    private func body(from offset: Int64, count: Int64) throws(RegistryError) -> HTTPRequest.Body {
        do {
            let body = try bytes.body(from: offset, count: count)
            try Interruption.check(.send, operation.subject)
            return body
        } catch { throw .io(error) }
    }

    // MARK: - Recovery

    /// Chooses the next state after a failure, or throws. Returns whether the upload is complete: only the response was
    /// lost.
    private mutating func recover(from error: RegistryError) throws(RegistryError) -> Bool {
        if let failure = bytes.failure { throw .io(failure) }
        if case .unknownOffset = state, error.isRefusal {
            // If only the response to the last chunk was lost, the session has become a blob.
            if bytes.isComplete, try client.hasBlob(bytes.digest, size: bytes.size) { return true }
            try restart(error)
            return false
        }
        switch UploadFault(error) {
        case .permanent:
            // Content of other processes or of broken requests may be wrong, so the upload starts once more.
            guard isResumed, error.hasCode("DIGEST_INVALID") else { throw error }
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
        case .wrongOffset, .transient:
            // Only chunks are retried here; the transport has retried all other requests.
            guard case .ready(let session, _) = state else { throw error }
            failures += 1
            guard failures < client.endpoint.backoff.attempts(after: error.network) else { throw error }
            // A proxy may break off large bodies without stating a limit.
            if failures == 3, chunkSize == nil, bytes.size > Self.smallChunk { chunkSize = Self.smallChunk }
            try pause(failures)
            state = .unknownOffset(session)
        }
        return false
    }

    private mutating func restart(_ error: RegistryError?) throws(RegistryError) {
        restarts += 1
        guard restarts <= Self.restartLimit else {
            throw error ?? .malformedAnswer(operation, "the upload makes no progress")
        }
        if restarts > 1 { try pause(restarts - 1) }
        isResumed = false
        state = .new
    }

    private func pause(_ attempt: Int) throws(RegistryError) {
        do { try client.endpoint.backoff.sleep(after: attempt, for: operation.subject) } catch { throw .io(error) }
    }
}
