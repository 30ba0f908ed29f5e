internal import ByteIO
internal import ImageModel
internal import Registry
internal import Synchronization

/// The content of a repository. Each document is requested once, several at a time if an index lists them, and is kept
/// until the source is read. Blobs are known by their descriptors; no request checks that they are present.
final class RegistryContents: ContentPlaces {
    let path: String
    private let client: RepositoryClient
    private let fetched: Mutex<Fetched>

    /// A registry keeps manifests and blobs apart.
    private struct Key: Hashable {
        let digest: Digest
        let isManifest: Bool
    }

    private struct Content {
        let bytes: [UInt8]
        /// `nil` for configs, and if the content is not what its descriptor says.
        let document: Document?
    }

    private enum Outcome {
        case here(Content)
        case absent
        case failed(SourceError)
    }

    private struct Fetched {
        var outcomes: [Key: Outcome] = [:]
        /// The keys that were requested, or are being requested.
        var claimed: Set<Key> = []
        var bytes: Int64 = 0
        var isStopped = false
    }

    static let concurrency = 8
    /// The bytes to prefetch. The graph reader requests the rest one by one, under its budget.
    private static let ahead: Int64 = 64 << 20

    /// `top` was fetched before.
    init(_ client: RepositoryClient, path: String, top: Document) {
        self.client = client
        self.path = path
        let key = Key(digest: top.digest, isManifest: true)
        fetched = Mutex(Fetched(outcomes: [key: .here(Content(bytes: top.bytes, document: top))], claimed: [key]))
    }

    /// Keeps a manifest that was fetched by its tag.
    func keep(_ manifest: DigestedBytes) {
        let key = Key(digest: manifest.digest, isManifest: true)
        fetched.withLock { fetched in
            guard fetched.claimed.insert(key).inserted else { return }
            fetched.outcomes[key] = .here(Content(bytes: manifest.bytes, document: nil))
            fetched.bytes += Int64(manifest.bytes.count)
        }
    }

    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent {
        let name = descriptor.digest.description
        switch role {
        case .child where Self.isDocument(descriptor):
            return try document(descriptor, isManifest: true, name)
        case .config: return try document(descriptor, isManifest: false, name)
        case .child, .blob:
            // A descriptor with `urls` may be absent from the registry.
            let source = descriptor.urls.isEmpty ? blob(descriptor) : nil
            return PlacedContent(name: name, source: source)
        }
    }

    private func blob(_ descriptor: Descriptor) -> RegistryBlob {
        RegistryBlob(descriptor.digest, size: descriptor.size, in: client)
    }

    private static func isDocument(_ descriptor: Descriptor) -> Bool {
        let type = descriptor.mediaType
        return type.isIndex || type.isManifest || type.rawValue.isEmpty
    }

    // MARK: - Documents

    private func document(
        _ descriptor: Descriptor, isManifest: Bool, _ name: String
    ) throws(SourceError) -> PlacedContent {
        let key = Key(digest: descriptor.digest, isManifest: isManifest)
        let outcome = fetched.withLock { $0.outcomes[key] } ?? fetch(key, descriptor)
        switch outcome {
        case .here(let content):
            let source = MemoryBytes(content.bytes, path: "\(path)@\(descriptor.digest)")
            return PlacedContent(name: name, source: source, document: content.document)
        case .absent: return PlacedContent(name: name, source: nil)
        case .failed(let error): throw error
        }
    }

    private func fetch(_ key: Key, _ descriptor: Descriptor) -> Outcome {
        let outcome: Outcome
        do throws(SourceError) {
            let content = try key.isManifest ? manifest(descriptor) : config(descriptor)
            outcome = content.map(Outcome.here) ?? .absent
        } catch { outcome = .failed(error) }
        fetched.withLock {
            $0.outcomes[key] = outcome
            $0.claimed.insert(key)
            if case .here(let content) = outcome { $0.bytes += Int64(content.bytes.count) }
            if case .failed(let error) = outcome, !error.concernsOneDocument { $0.isStopped = true }
        }
        return outcome
    }

    private func manifest(_ descriptor: Descriptor) throws(SourceError) -> Content? {
        try check(descriptor)
        let target = RegistryReference.Target.digest(descriptor.digest)
        guard let found = try RegistryImage.document(target, of: client, path: path)?.content else { return nil }
        let type = descriptor.mediaType
        let document =
            type.rawValue.isEmpty
            ? try? RecognisedContent(found).document() : try? Document(found, mediaType: type)
        return Content(bytes: found.bytes, document: document)
    }

    private func config(_ descriptor: Descriptor) throws(SourceError) -> Content? {
        try check(descriptor)
        do throws(IOFailure) {
            return Content(bytes: try blob(descriptor).bytes(limit: Limits.document), document: nil)
        } catch {
            if case .answered(404) = error.cause { return nil }
            throw .io(error)
        }
    }

    /// Called before the request.
    private func check(_ descriptor: Descriptor) throws(SourceError) {
        guard descriptor.size > Limits.document else { return }
        throw .documentTooLarge(path: path, member: descriptor.digest.description, limit: Limits.document)
    }

    // MARK: - Ahead

    func expect(_ children: [Descriptor]) throws(SourceError) {
        let wanted = children.filter {
            Self.isDocument($0) && $0.size <= Limits.document && claim($0, isManifest: true)
        }
        Threads.forEach(wanted.count, jobs: Self.concurrency) { [self] number in
            guard isWorthwhile else { return }
            let descriptor = wanted[number]
            let outcome = fetch(Key(digest: descriptor.digest, isManifest: true), descriptor)
            if case .here(let content) = outcome, let manifest = content.document?.manifest {
                expectConfig(of: manifest)
            }
        }
    }

    private func expectConfig(of manifest: ManifestView) {
        guard manifest.isImage, manifest.config.size <= Limits.document, isWorthwhile,
            claim(manifest.config, isManifest: false)
        else { return }
        _ = fetch(Key(digest: manifest.config.digest, isManifest: false), manifest.config)
    }

    private var isWorthwhile: Bool {
        !Interruption.isRequested && fetched.withLock { !$0.isStopped && $0.bytes < Self.ahead }
    }

    /// Whether the content was not requested before.
    private func claim(_ descriptor: Descriptor, isManifest: Bool) -> Bool {
        fetched.withLock { $0.claimed.insert(Key(digest: descriptor.digest, isManifest: isManifest)).inserted }
    }
}

extension SourceError {
    /// Whether other documents of the registry may still be readable.
    fileprivate var concernsOneDocument: Bool {
        switch self {
        case .registry(let error): error.concernsContent
        case .documentTooLarge: true
        default: false
        }
    }
}

extension RegistryError {
    /// Whether the error concerns only the requested content.
    var concernsContent: Bool {
        switch self {
        case .wrongDigest, .wrongSize, .notFound, .document, .notManifest: true
        default: false
        }
    }
}
