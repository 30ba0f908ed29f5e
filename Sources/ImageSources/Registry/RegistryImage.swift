internal import ByteIO
internal import ImageModel
internal import Registry
internal import Synchronization

/// An image in a registry. Manifests and configs are read; layers are known by their descriptors.
struct RegistryImage {
    static let dialect = "registry image"

    /// The name of the image.
    private let reference: RegistryReference
    /// The repository that is asked, and the tag or digest there.
    private let source: RegistryReference
    private let client: RepositoryClient
    private let path: String

    init(_ reference: RegistryReference, at source: RegistryReference, in registries: RegistryAccess) {
        self.reference = reference
        self.source = source
        path = "\(RegistryReference.scheme)\(source)"
        client = registries.repository(source.repository)
    }

    /// Referrers of the image become part of the graph and are not roots. For one platform only the children that an index
    /// lists for it are requested, unless none of their configs is for that platform.
    func read(
        _ defects: DefectLog, _ extent: OpeningPolicy.Extent = .all, includesReferrers: Bool = false
    ) throws(SourceError) -> SourceReading {
        guard let fetched = try Self.document(source.target, of: client, path: path) else {
            throw .notInRegistry(source)
        }
        let place = DescriptorPath(place)
        let top = try defects.tolerating(at: place) { () throws(SourceError) in try typed(fetched) }
        guard let top else { return SourceReading() }
        let root = ImageGraph.Root(descriptor: top.descriptor, entry: nil, labels: labels, place: place)
        if case .top = extent {
            var reading = SourceReading()
            reading.graph.insert(top)
            reading.graph.roots = [root]
            return reading
        }
        let platform: Platform? = if case .platform(let platform) = extent { platform } else { nil }
        let contents = RegistryContents(client, path: path, top: top)
        var reader = GraphReader(contents, defects: defects, platform: platform)
        try reader.visit(top.descriptor)
        if let platform, !reader.reading.graph.holds(platform) {
            // Documents that were requested before are kept.
            reader = GraphReader(contents, defects: defects, known: reader.reading.graph.documents)
            try reader.visit(top.descriptor)
        }
        if includesReferrers { try addReferrers(&reader, contents) }
        reader.reading.graph.roots = [root]
        return reader.reading
    }

    /// A referrer may have referrers itself.
    private func addReferrers(_ reader: inout GraphReader, _ contents: RegistryContents) throws(SourceError) {
        var asked: Set<Digest> = []
        while true {
            let subjects = reader.reading.graph.documents.values
                .filter { ($0.manifest != nil || $0.index != nil) && !asked.contains($0.digest) }
                .map(\.digest).sorted()
            if subjects.isEmpty { return }
            asked.formUnion(subjects)
            try addCosigned(subjects, &reader, contents)
            for referrer in try referrers(of: subjects) { try reader.visit(referrer) }
        }
    }

    /// The first subject is requested alone: if the registry keeps no lists, the other requests are skipped.
    private func referrers(of subjects: [Digest]) throws(SourceError) -> [Descriptor] {
        let ask = { @Sendable [client] (subject: Digest) throws(RegistryError) in try client.referrers(of: subject) }
        let first = try asked(of: Array(subjects.prefix(1)), ask)
        return (first + (try asked(of: Array(subjects.dropFirst()), ask))).flatMap(\.self)
    }

    /// A manifest that was fetched by its tag is not requested by its digest again.
    private func addCosigned(
        _ subjects: [Digest], _ reader: inout GraphReader, _ contents: RegistryContents
    ) throws(SourceError) {
        let tags = subjects.flatMap { CosignTag.all(of: $0) }
        let found = try asked(of: tags) { (tag) throws(RegistryError) in try client.manifest(.tag(tag.description)) }
        for (tag, fetched) in zip(tags, found) {
            guard let fetched else { continue }
            contents.keep(fetched.content)
            let descriptor = Descriptor(
                mediaType: fetched.mediaType, digest: fetched.content.digest,
                size: Int64(fetched.content.bytes.count))
            reader.reading.graph.cosigned[tag] = descriptor
            try reader.visit(descriptor)
        }
    }

    /// Sends one request per subject, several at a time. The answers are in the order of the subjects.
    private func asked<Subject: Sendable, Answer: Sendable>(
        of subjects: [Subject], _ ask: @escaping @Sendable (Subject) throws(RegistryError) -> Answer
    ) throws(SourceError) -> [Answer] {
        let answers = Mutex<[Int: Result<Answer, RegistryError>]>([:])
        Threads.forEach(subjects.count, jobs: RegistryContents.concurrency) { number in
            let answer = Result { () throws(RegistryError) in try ask(subjects[number]) }
            answers.withLock { $0[number] = answer }
        }
        var found: [Answer] = []
        for (_, answer) in answers.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            do throws(RegistryError) { found.append(try answer.get()) } catch { throw SourceError(error, path: path) }
        }
        return found
    }

    /// The text behind the name of the repository.
    private var place: String {
        switch source.target {
        case .tag(let tag): ":\(tag)"
        case .digest(let digest): "@\(digest)"
        }
    }

    private var labels: [ImageLabel] {
        let tag = reference.tag ?? (reference.digest == nil ? ImageName.defaultTag : nil)
        guard let tag, let name = ImageName(parsing: "\(reference.repository):\(tag)") else { return [] }
        return [.full(name)]
    }

    /// The content decides the kind. The media type that the registry states must not contradict it.
    private func typed(_ fetched: RepositoryClient.FetchedManifest) throws(SourceError) -> Document {
        let digest = fetched.content.digest
        if fetched.mediaType.isSchema1 { throw .schema1(path: path, digest) }
        do throws(DocumentError) {
            return try RecognisedContent(fetched.content).image(expecting: fetched.mediaType)
        } catch {
            if error == .schema1 { throw .schema1(path: path, digest) }
            throw .document(path: path, member: digest.description, error)
        }
    }

    /// `nil` if the registry has none.
    static func document(
        _ target: RegistryReference.Target, of client: RepositoryClient, path: String
    ) throws(SourceError) -> RepositoryClient.FetchedManifest? {
        do throws(RegistryError) { return try client.manifest(target) } catch { throw SourceError(error, path: path) }
    }
}

extension ImageGraph {
    /// Whether any config is for the platform.
    fileprivate func holds(_ platform: Platform) -> Bool {
        documents.values.contains { document in
            document.config?.platform.map { platform.matches($0.normalized) } ?? false
        }
    }
}

extension SourceError {
    init(_ error: RegistryError, path: String) {
        self =
            switch error {
            case .io(let failure): .io(failure)
            case .tooLarge(let operation, let limit):
                .documentTooLarge(path: path, member: operation.subject, limit: Int64(limit))
            default: .registry(error)
            }
    }
}
