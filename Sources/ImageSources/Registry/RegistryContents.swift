internal import ByteIO
internal import ImageModel
internal import Registry
internal import Synchronization

/// What a repository holds. Documents are asked for once, several at a time where an index names them, and are here
/// until reading has ended; blobs are only known, and nobody is asked whether they are there.
final class RegistryContents: ContentPlaces {
    let path: String
    private let client: RepositoryClient
    private let fetched: Mutex<Fetched>

    /// Manifests and blobs are different things to a registry.
    private struct Key: Hashable {
        let digest: Digest
        let isManifest: Bool
    }

    private enum Outcome {
        case here([UInt8])
        case absent
        case failed(SourceError)
    }

    private struct Fetched {
        var outcomes: [Key: Outcome] = [:]
        /// Somebody has asked, or is asking.
        var claimed: Set<Key> = []
        var bytes: Int64 = 0
        var isStopped = false
    }

    static let concurrency = 8
    /// More is asked for one by one, by whoever counts what it costs.
    private static let ahead: Int64 = 64 << 20

    /// `top` is here already.
    init(_ client: RepositoryClient, path: String, top: Document) {
        self.client = client
        self.path = path
        let key = Key(digest: top.digest, isManifest: true)
        fetched = Mutex(Fetched(outcomes: [key: .here(top.bytes)], claimed: [key]))
    }

    /// Keeps a manifest that was fetched by its tag.
    func keep(_ manifest: DigestedBytes) {
        let key = Key(digest: manifest.digest, isManifest: true)
        fetched.withLock { fetched in
            guard fetched.claimed.insert(key).inserted else { return }
            fetched.outcomes[key] = .here(manifest.bytes)
            fetched.bytes += Int64(manifest.bytes.count)
        }
    }

    func content(of descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> PlacedContent {
        let name = descriptor.digest.description
        switch role {
        case .child where Self.isDocument(descriptor):
            return PlacedContent(name: name, source: try document(descriptor, isManifest: true))
        case .config: return PlacedContent(name: name, source: try document(descriptor, isManifest: false))
        case .child, .blob:
            // What says where else it is, is rightly not here.
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

    /// nil: the registry has none.
    private func document(_ descriptor: Descriptor, isManifest: Bool) throws(SourceError) -> (any ByteSource)? {
        let key = Key(digest: descriptor.digest, isManifest: isManifest)
        let outcome = fetched.withLock { $0.outcomes[key] } ?? fetch(key, descriptor)
        switch outcome {
        case .here(let bytes): return MemoryBytes(bytes, path: "\(path)@\(descriptor.digest)")
        case .absent: return nil
        case .failed(let error): throw error
        }
    }

    private func fetch(_ key: Key, _ descriptor: Descriptor) -> Outcome {
        let outcome: Outcome
        do throws(SourceError) {
            let bytes = try key.isManifest ? manifest(descriptor) : config(descriptor)
            outcome = bytes.map(Outcome.here) ?? .absent
        } catch { outcome = .failed(error) }
        fetched.withLock {
            $0.outcomes[key] = outcome
            $0.claimed.insert(key)
            if case .here(let bytes) = outcome { $0.bytes += Int64(bytes.count) }
            if case .failed(let error) = outcome, !error.concernsOneDocument { $0.isStopped = true }
        }
        return outcome
    }

    private func manifest(_ descriptor: Descriptor) throws(SourceError) -> [UInt8]? {
        try check(descriptor)
        return try RegistryImage.document(.digest(descriptor.digest), of: client, path: path)?.content.bytes
    }

    private func config(_ descriptor: Descriptor) throws(SourceError) -> [UInt8]? {
        try check(descriptor)
        do throws(IOFailure) { return try blob(descriptor).bytes(limit: Limits.document) } catch {
            if case .answered(404) = error.cause { return nil }
            throw .io(error)
        }
    }

    /// Before anybody is asked.
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
            if case .here(let bytes) = outcome { expectConfig(of: bytes) }
        }
    }

    private func expectConfig(of manifest: [UInt8]) {
        guard let manifest = try? ManifestView(bytes: manifest), manifest.isImage,
            manifest.config.size <= Limits.document, isWorthwhile, claim(manifest.config, isManifest: false)
        else { return }
        _ = fetch(Key(digest: manifest.config.digest, isManifest: false), manifest.config)
    }

    private var isWorthwhile: Bool {
        !Interruption.isRequested && fetched.withLock { !$0.isStopped && $0.bytes < Self.ahead }
    }

    /// true: nobody had asked yet.
    private func claim(_ descriptor: Descriptor, isManifest: Bool) -> Bool {
        fetched.withLock { $0.claimed.insert(Key(digest: descriptor.digest, isManifest: isManifest)).inserted }
    }
}

extension SourceError {
    /// Others may be had all the same.
    fileprivate var concernsOneDocument: Bool {
        switch self {
        case .registry(let error): error.concernsContent
        case .documentTooLarge: true
        default: false
        }
    }
}

extension RegistryError {
    /// What is wrong is wrong with that alone which was asked for.
    var concernsContent: Bool {
        switch self {
        case .wrongDigest, .wrongSize, .notFound, .document, .notManifest: true
        default: false
        }
    }
}
