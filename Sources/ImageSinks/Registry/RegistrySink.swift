package import ByteIO
package import ImageModel
package import Registry
internal import Synchronization

/// Puts an image into a repository. Blobs come first, then documents by their digests, children before parents. Tags come
/// last, so that no tag ever leads to an incomplete image.
///
/// Content is not sent if the repository has it, or if another repository of the registry can give
/// it. After a failure the content that was sent stays, and the next run finds it.
package final class RegistrySink: ImageSink {
    private let destination: RegistryDestination
    private let client: RepositoryClient
    private let uploads: UploadOptions
    private let content: RepositoryContent
    private let referrers: ReferrersFallback
    private let sending: @Sendable (Int) -> Void
    private let state = Mutex(State())
    private let temporary: TemporarySpool
    private let ownsTemporary: Bool
    package var spool: SpoolDirectory { temporary.spool }

    package let traits = SinkTraits(waitsForNetwork: true)

    private struct State {
        var sources: [Digest: any ByteSource] = [:]
        /// Manifests and indexes.
        var structures: [Document] = []
        /// The image that the tags will name.
        var image: Document?
        /// Whether no other document needs the image: it comes with its tags.
        var isImageLast = false
        var pushed = PushedContent()
        /// Blobs that the repository was asked for.
        var asked: Set<Digest> = []
        var referrers: [Digest: Document] = [:]
    }

    /// Streams wait in `temporary`. `sending` is told of bytes as they are sent.
    package convenience init(
        _ destination: RegistryDestination, _ registries: RegistryAccess, _ uploads: UploadOptions,
        temporary directory: String, asksForBlobs: Bool = false,
        sending: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        let temporary = TemporarySpool(in: directory, for: "push", progress: sending)
        self.init(
            destination, registries, uploads, sharing: temporary, isOwner: true, asksForBlobs: asksForBlobs,
            sending: sending)
    }

    /// `temporary` is shared with other sinks. The caller removes it, unless the sink `isOwner`. `asksForBlobs`: Whether a
    /// manifest that is there does not suffice as a proof of its blobs.
    package init(
        _ destination: RegistryDestination, _ registries: RegistryAccess, _ uploads: UploadOptions,
        sharing temporary: TemporarySpool, isOwner: Bool = false, asksForBlobs: Bool = false,
        sending: @escaping @Sendable (Int) -> Void
    ) {
        self.destination = destination
        self.uploads = uploads
        self.sending = sending
        client = registries.repository(destination.repository, pushes: true)
        content = RepositoryContent(client, asksForBlobs: asksForBlobs)
        referrers = ReferrersFallback(client)
        self.temporary = temporary
        ownsTemporary = isOwner
    }

    @discardableResult
    package func discard() -> IOFailure? { ownsTemporary ? temporary.discard() : nil }

    // MARK: - Present content

    /// Sends no request yet.
    package func begin(_ plan: WritePlan) throws(SinkError) {
        let image = try sinking { () throws(DestinationError) in try destination.image(of: plan.roots) }
        let inner = plan.referenced()
        state.withLock { state in
            for blob in plan.blobs { state.sources[blob.digest] = blob.source }
            state.structures = plan.documents.filter(\.isStructure)
            let tagged = Set(plan.roots.filter(\.isReferrer).map(\.descriptor.digest))
            for document in plan.documents where tagged.contains(document.digest) {
                state.referrers[document.digest] = document
            }
            state.image = plan.documents.first { $0.digest == image.digest }
            state.isImageLast = state.image != nil && !destination.tags.isEmpty && !inner.contains(image.digest)
        }
    }

    package func lookAhead(jobs: Int) throws(SinkError) -> Bool {
        let (structures, image, hasReferrers) = state.withLock { state in
            (
                state.structures.filter { !state.isImageLast || $0.digest != state.image?.digest }, state.image,
                !state.referrers.isEmpty
            )
        }
        let hasAll = try sinking { () throws(RegistryError) in
            try content.look(for: structures, tags: destination.tags, of: image, jobs: jobs)
        }
        // A foreign layer that the source has is not proven.
        return hasAll && !hasReferrers && state.withLock(\.sources).keys.allSatisfy(content.proves)
    }

    package func contains(_ wanted: SinkContent) throws(SinkError) -> Bool {
        do throws(RegistryError) {
            switch wanted {
            case .blob(let digest, let size): return try contains(digest, size: size)
            case .document(let document) where document.isStructure: return try contains(structure: document)
            case .document(let document):
                return try contains(document.digest, size: Int64(document.bytes.count))
            }
        } catch { throw .registry(error) }
    }

    private func contains(_ digest: Digest, size: Int64) throws(RegistryError) -> Bool {
        if comesLast(digest) { return true }
        let source = state.withLock { $0.sources[digest] }
        if source?.repository != client.name {
            // A mount request also shows whether the blob exists, so no HEAD is sent first.
            if !content.proves(digest), mayMount(digest, source) { return false }
            state.withLock { _ = $0.asked.insert(digest) }
            guard try content.has(digest, size: size) else { return false }
        }
        client.known.note(digest, in: client.name)
        client.trace(digest, .present)
        if source != nil { state.withLock { $0.pushed.present += 1 } }
        return true
    }

    /// The repositories from which the blob may be mounted.
    private func mounts(of digest: Digest, _ source: (any ByteSource)?) -> [RepositoryName] {
        if client.known.contains(digest, in: client.name) { return [] }
        let neighbours = client.known.neighbours(of: client.name, with: digest)
        guard let own = source?.repository, own != client.name else { return neighbours }
        return [own].filter { client.canMount(from: $0) && !client.known.refusesMounts(from: $0) }
            + neighbours.filter { $0 != own }
    }

    private func mayMount(_ digest: Digest, _ source: (any ByteSource)?) -> Bool {
        mounts(of: digest, source).first.map { !client.known.opensSessions(insteadOfMountsFrom: $0) } ?? false
    }

    private func contains(structure document: Document) throws(RegistryError) -> Bool {
        if comesLast(document.digest) { return true }
        guard try content.has(document) else { return false }
        referrers.note(found: document)
        return true
    }

    private func comesLast(_ digest: Digest) -> Bool {
        state.withLock { $0.isImageLast && $0.image?.digest == digest }
    }

    // MARK: - New content

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        let candidates = mounts(of: blob.digest, blob.source)
        let upload = BlobUpload(
            blob.digest, size: blob.size, source: CrewedSource(blob.source, crew), to: client, uploads,
            progress: sending)
        let outcome: BlobUpload.Outcome
        let isKnownAbsent = state.withLock { $0.asked.contains(blob.digest) }
        do throws(RegistryError) {
            outcome = try upload.run(mountingFrom: candidates, isKnownAbsent: isKnownAbsent)
        } catch { throw failure(error) }
        if outcome != .present { client.known.noteWrite() }
        client.trace(blob.digest, outcome.fate)
        if outcome != .sent { progress(Int(blob.size)) }
        Interruption.noteLastingPart()
        state.withLock { state in
            switch outcome {
            case .mounted: state.pushed.mounted += 1
            case .present:
                state.pushed.present += 1
                state.pushed.unsent += 1
                state.pushed.unsentBytes += blob.size
            case .sent:
                state.pushed.sent += 1
                state.pushed.sentBytes += blob.size
            }
        }
    }

    package func put(_ document: Document) throws(SinkError) {
        client.known.noteWrite()
        do throws(RegistryError) {
            if document.isStructure {
                try put(document, as: .digest(document.digest))
            } else {
                try upload(document)
            }
        } catch { throw failure(error) }
    }

    /// A failure that the same command may overcome later.
    private func failure(_ cause: RegistryError) -> SinkError {
        guard cause.isPassing else { return .registry(cause) }
        let hasLayers = state.withLock { $0.pushed.sent > 0 }
        return .incompletePush(IncompletePush(tags: [], hasLayers: hasLayers, cause: cause))
    }

    private func upload(_ document: Document) throws(RegistryError) {
        let bytes = MemoryBytes(document.bytes, path: document.digest.description)
        let upload = BlobUpload(
            document.digest, size: bytes.size, source: bytes, to: client, uploads, progress: { _ in })
        let isKnownAbsent = state.withLock { $0.asked.contains(document.digest) }
        _ = try upload.run(
            mountingFrom: client.known.neighbours(of: client.name, with: document.digest),
            isKnownAbsent: isKnownAbsent)
    }

    /// Returns the digest by which the registry knows the document; `nil` if it is that of the document.
    @discardableResult
    private func put(
        _ document: Document, as target: RegistryReference.Target
    ) throws(RegistryError) -> Digest? {
        let stored = try client.put(document, as: target)
        if !stored.keepsReferrers { referrers.note(unlisted: document) }
        return stored.served
    }

    // MARK: - Names

    package func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication {
        let image = try sinking { () throws(DestinationError) in try destination.image(of: roots) }
        try referrers.complete()
        for root in roots where root.isReferrer { try sinking { () throws(RegistryError) in try tag(root) } }
        var tags: [RegistryReference] = []
        do throws(SinkError) {
            for tag in destination.tags {
                guard let document = state.withLock(\.image) else { throw .destination(.unplanned(image.digest)) }
                let served = try sinking { () throws(RegistryError) in try tagged(document, tag) }
                state.withLock { $0.pushed.served = served ?? $0.pushed.served }
                tags.append(RegistryReference(destination.repository, tag: tag))
            }
            try referrers.complete()
        } catch {
            guard case .registry(let cause) = error else { throw error }
            if tags.isEmpty { throw failure(cause) }
            throw .incompletePush(IncompletePush(tags: tags, hasLayers: true, cause: cause))
        }
        discard()
        return Publication(pushed: state.withLock(\.pushed))
    }

    /// Returns the digest by which the registry serves the tag; `nil` if it is that of the document.
    @discardableResult
    private func tagged(_ document: Document, _ tag: String) throws(RegistryError) -> Digest? {
        guard let found = try content.digest(of: tag), document.isNamed(by: found) else {
            return try put(document, as: .tag(tag))
        }
        // While content was sent, another push may have moved the tag.
        if client.known.hasWritten {
            let now = try client.manifestDigest(.tag(tag))
            guard let now, document.isNamed(by: now) else { return try put(document, as: .tag(tag)) }
        }
        referrers.note(found: document)
        return found == document.digest ? nil : found
    }

    /// cosign finds the signatures of an image by a tag that names the image's digest.
    private func tag(_ referrer: RootEntry) throws(RegistryError) {
        guard case .plain(let tag)? = referrer.label,
            let document = state.withLock({ $0.referrers[referrer.descriptor.digest] })
        else { return }
        try tagged(document, tag)
    }
}

extension Document {
    /// Whether a registry has it among the manifests; every other document is a blob there.
    package var isStructure: Bool { mediaType.isManifest || mediaType.isIndex }
}

extension BlobUpload.Outcome {
    fileprivate var fate: RegistryEvent.BlobFate {
        switch self {
        case .mounted: .mounted
        case .present: .present
        case .sent: .sent
        }
    }
}

extension WritePlan {
    /// The documents that indexes of the plan name.
    fileprivate func referenced() -> Set<Digest> {
        Set(documents.compactMap(\.index).flatMap(\.manifests).map(\.descriptor.digest))
    }
}
