internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry
internal import Synchronization

/// Compares the images of a source with those in a registry: one HEAD for each reference. Documents are fetched only if
/// the digest differs. A failed request is an error, never an absence.
struct RegistryComparison: Sendable {
    private let registries: RegistryAccess
    private let jobs: Int
    private let checksBlobs: Bool

    /// At most `jobs` requests run at the same time.
    init(_ registries: RegistryAccess, jobs: Int, checksBlobs: Bool) {
        self.registries = registries
        self.jobs = jobs
        self.checksBlobs = checksBlobs
    }

    /// An image of the source and the reference that must lead to it.
    private struct Lookup: Sendable {
        let record: ImageRecord
        let reference: RegistryReference

        func difference(_ problem: RecordDifference.Problem, platform: String? = nil) -> RecordDifference {
            RecordDifference(
                problem, of: record, name: record.names.first, reference: reference.description, platform: platform)
        }
    }

    private enum Answer: Sendable {
        case same
        case missing
        case other(ImageRecord)
    }

    /// The source must have one image.
    func compared(_ source: Source, with reference: RegistryReference) throws(CommandError) -> ComparedContent {
        let records = source.graph.comparedRecords
        let all = records.images.isEmpty ? records.artifacts : records.images
        guard let record = all.first, all.count == 1 else {
            throw CommandError(
                VerifyError.severalImages(
                    source: source.reference.text, count: all.count, reference: reference.description))
        }
        return try compared(source, records, [Lookup(record: record, reference: reference)])
    }

    /// Names are mapped as in `push --all`.
    func compared(_ source: Source, below prefix: String) throws(CommandError) -> ComparedContent {
        let records = source.graph.comparedRecords
        let byDigest = Dictionary(
            (records.images + records.artifacts).map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
        func record(_ digest: Digest) -> ImageRecord { byDigest[digest] ?? source.graph.plainRecord(of: digest) }
        let roots = source.graph.rootsWithoutReferrers
        let targets = try CommandError.checked { () throws(PlanError) in try PushTargets.targets(roots, under: prefix) }
        let lookups = targets.flatMap { target in
            target.references.map { Lookup(record: record(target.image), reference: $0) }
        }
        let named = source.graph.contents(below: Set(targets.map(\.image)))
        let unnamed = (records.images + records.artifacts).filter { $0.names.isEmpty && !named.contains($0.digest) }
        return try compared(source, records, lookups, unnamed: unnamed)
    }

    private func compared(
        _ source: Source, _ records: ImageRecords, _ lookups: [Lookup], unnamed: [ImageRecord] = []
    ) throws(CommandError) -> ComparedContent {
        let answers = try answers(to: lookups, source)
        var differences = unnamed.map { RecordDifference(.unnamed, of: $0, name: nil) }
        for (lookup, answer) in zip(lookups, answers) {
            switch answer {
            case .same: break
            case .missing: differences.append(lookup.difference(.missing(present: nil)))
            case .other(let found):
                differences += lookup.record.differences(
                    to: found, name: lookup.record.names.first, reference: lookup.reference.description)
            }
        }
        let blobs = checksBlobs ? blobs(of: lookups, answers, source) : []
        differences += try problems(of: blobs)
        return ComparedContent(records, blobs: blobs.count, differences: differences)
    }

    /// In the order of the lookups.
    private func answers(to lookups: [Lookup], _ source: Source) throws(CommandError) -> [Answer] {
        let answers = Mutex<[Int: Answer]>([:])
        let graph = source.graph
        try Threads.forEach(lookups.count, jobs: jobs) { (number) throws(CommandError) in
            let answer = try answer(to: lookups[number], graph)
            answers.withLock { $0[number] = answer }
        }
        let known = answers.withLock { $0 }
        return lookups.indices.map { known[$0] ?? .missing }
    }

    private func answer(to lookup: Lookup, _ graph: ImageGraph) throws(CommandError) -> Answer {
        let (reference, wanted) = (lookup.reference, lookup.record.digest)
        let client = registries.repository(reference.repository)
        let found = try CommandError.checked { () throws(RegistryError) in
            try client.manifestDigest(reference.target)
        }
        guard let found else { return .missing }
        // The registry may serve the same bytes by another algorithm.
        if found == wanted || graph.documents[wanted]?.isNamed(by: found) == true { return .same }
        return .other(try record(of: found, in: reference.repository))
    }

    /// Reads the documents of an image that differs.
    private func record(of digest: Digest, in repository: RepositoryName) throws(CommandError) -> ImageRecord {
        let text = "\(RegistryReference.scheme)\(repository)@\(digest)"
        let graph = try CommandError.checked { () throws(SourceError) in
            try Source.open(SourceReference(parsing: text), registries, OpeningPolicy(recognisesLayers: false)).graph
        }
        let records = ImageRecords(graph)
        return (records.images + records.artifacts).first { $0.digest == digest } ?? graph.plainRecord(of: digest)
    }

    // MARK: - Blobs

    private struct BlobLookup: Sendable {
        let blob: NeededBlob
        let lookup: Lookup
    }

    /// The blobs of all manifests that are there, each once for each repository.
    private func blobs(of lookups: [Lookup], _ answers: [Answer], _ source: Source) -> [BlobLookup] {
        struct Key: Hashable {
            let repository: RepositoryName
            let digest: Digest
        }
        var seen: Set<Key> = []
        var blobs: [BlobLookup] = []
        for (lookup, answer) in zip(lookups, answers) {
            let present: Set<Digest>?
            switch answer {
            case .same: present = nil
            case .missing: continue
            case .other(let found): present = Set(found.platforms.map(\.digest))
            }
            for blob in source.graph.neededBlobs(of: lookup.record) where present?.contains(blob.manifest) ?? true {
                let key = Key(repository: lookup.reference.repository, digest: blob.descriptor.digest)
                if seen.insert(key).inserted { blobs.append(BlobLookup(blob: blob, lookup: lookup)) }
            }
        }
        return blobs
    }

    private func problems(of blobs: [BlobLookup]) throws(CommandError) -> [RecordDifference] {
        let problems = Mutex<[Int: RecordDifference]>([:])
        try Threads.forEach(blobs.count, jobs: jobs) { (number) throws(CommandError) in
            let (blob, lookup) = (blobs[number].blob, blobs[number].lookup)
            let problem = try CommandError.checked { () throws(RegistryError) -> RecordDifference.Problem? in
                try self.problem(of: blob.descriptor, in: lookup.reference.repository)
            }
            guard let problem else { return }
            problems.withLock { $0[number] = lookup.difference(problem, platform: blob.platform) }
        }
        return problems.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// `nil` if the repository has the blob with its size.
    private func problem(
        of descriptor: Descriptor, in repository: RepositoryName
    ) throws(RegistryError) -> RecordDifference.Problem? {
        do throws(RegistryError) {
            let client = registries.repository(repository)
            return try client.hasBlob(descriptor.digest, size: descriptor.size) ? nil : .missingBlob(descriptor.digest)
        } catch {
            guard case .wrongSize(_, let expected, let found) = error else { throw error }
            return .blobSize(descriptor.digest, expected: expected, found: found)
        }
    }
}

extension ImageGraph {
    /// The record of content that is neither an image nor an artifact, such as a list of referrers.
    fileprivate func plainRecord(of digest: Digest) -> ImageRecord {
        let document = documents[digest]
        return ImageRecord(
            names: [], digest: digest, mediaType: document?.mediaType ?? MediaType(""),
            size: document?.descriptor.size ?? 0)
    }

    /// The digests of some documents and of all documents below them.
    fileprivate func contents(below digests: Set<Digest>) -> Set<Digest> {
        var part = self
        part.roots.removeAll { !digests.contains($0.descriptor.digest) }
        return RepeatedRoots.children(in: part).union(digests)
    }
}
