package import ByteIO
package import ImageModel
internal import Synchronization

/// Verifies a source: reads all content once and reports all findings.
package enum Verification {
    package struct Outcome: Sendable {
        /// Sorted by image, then by place.
        package let findings: [Finding]
        private let survey: GraphSurvey
        package let platforms: Int
        /// The number of documents and blobs that were read, and their bytes.
        package let blobs: Int
        package let bytes: Int64

        fileprivate init(
            findings: [Finding], survey: GraphSurvey, platforms: Int, blobs: Int, bytes: Int64
        ) {
            self.findings = findings
            self.survey = survey
            self.platforms = platforms
            self.blobs = blobs
            self.bytes = bytes
        }

        /// The first path to a document or blob, and its root. `nil` if nothing leads there.
        package func place(of digest: Digest) -> (place: DescriptorPath, root: Digest)? {
            survey.first(digest).map { ($0.place, $0.root) }
        }
    }

    /// A check covers one family of problems. A new check is one file and one line in this list.
    private static let checks: [any AuditCheck] = [
        PresenceCheck(), BytesCheck(), LayerCheck(), LayerTarCheck(), PlatformCheck(), EvidenceCheck(), NameCheck(),
        AttestationCheck(),
        UnusedCheck(),
    ]

    /// `begin` gets the number of bytes to read, `progress` the number of bytes that were read since.
    package static func run(
        _ subject: AuditSubject, threads: Int, listingLimit: Int = LayerListing.sumLimit,
        begin: (Int64) -> Void = { _ in },
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(IOFailure) -> Outcome {
        let walk = GraphSurvey(subject.graph, told: subject.told)
        let audit = BlobAudit(walk, unused: subject.unused)
        begin(audit.bytes)
        let outcomes = try audit.run(threads: threads, listings: KeptListings(limit: listingLimit), progress: progress)
        let facts = AuditFacts(
            subject: subject, walk: walk, outcomes: outcomes,
            evidence: try evidence(walk, outcomes.used, threads: threads))
        let order = Dictionary(
            walk.graph.roots.enumerated().map { ($1.descriptor.digest, $0) }, uniquingKeysWith: { first, _ in first })
        let findings = checks.flatMap { $0.findings(facts) }.sorted { finding in
            (finding.root.map { order[$0] ?? Int.max - 1 } ?? Int.max, finding.place)
        }
        let documents = walk.documents
        return Outcome(
            findings: findings, survey: walk,
            platforms: Set(walk.images.map(\.manifest.config.digest)).count,
            blobs: documents.count + outcomes.count,
            bytes: documents.totalSize { Int64($0.bytes.count) } + outcomes.bytes)
    }

    /// The evidence of each image, by its manifest. Images without a readable config have none.
    private static func evidence(
        _ walk: GraphSurvey, _ outcomes: [Digest: BlobOutcome], threads: Int
    ) throws(IOFailure) -> [Digest: EvidenceOutcome] {
        let images = walk.images
        let found = Mutex<[Digest: EvidenceOutcome]>([:])
        try Threads.forEach(images.count, jobs: threads) { (number) throws(IOFailure) in
            let image = images[number]
            guard let evidence = try evidence(of: image, walk.graph, outcomes) else { return }
            found.withLock { $0[image.descriptor.digest] = evidence }
        }
        return found.withLock { $0 }
    }

    private static func evidence(
        of image: GraphSurvey.Image, _ graph: ImageGraph, _ outcomes: [Digest: BlobOutcome]
    ) throws(IOFailure) -> EvidenceOutcome? {
        guard let contents = ImageContents(image.descriptor.digest, in: graph) else { return nil }
        let layers = image.layers.map { outcomes[$0.descriptor.digest] }
        let isWhole = layers.allSatisfy { if case .measured? = $0 { true } else { false } }
        let listings = layers.map(\.?.listing)
        let isDropped = layers.contains { $0?.isListingDropped ?? false }
        do throws(IOFailure) {
            // Plain layers on a disk were not listed while their bytes were read; other listings may have been dropped.
            let isUnlisted = isDropped || listings.allSatisfy { $0 == nil }
            if isWhole, isUnlisted, contents.layers.allSatisfy(\.canBeReadAgain) {
                return .found(try EvidenceSearch.evidence(of: contents, depth: .full))
            }
            let evidence = try EvidenceSearch.evidence(of: contents, listings: listings)
            return .found(
                isDropped ? Evidence(witnesses: [], silence: .undecided, damaged: evidence.damaged) : evidence)
        } catch {
            if error.cause == .interrupted { throw error }
            // A layer that could not be measured is reported already.
            let isReported = layers.contains { if case .unreadable(error)? = $0 { true } else { false } }
            return isReported ? .found(Evidence(witnesses: [], silence: .unreadable)) : .failed(error)
        }
    }
}

extension BlobOutcome {
    var listing: LayerListing? {
        guard case .measured(_, let listing) = self else { return nil }
        return listing?.listing
    }

    var isListingDropped: Bool {
        guard case .measured(_, let kept?) = self else { return false }
        return kept.isDropped
    }

    var bytes: Int64 {
        guard case .measured(let measure, _) = self else { return 0 }
        return measure.size
    }
}

/// The subject of a verification: a graph, and further facts about its source.
package struct AuditSubject: Sendable {
    /// A file that no image uses.
    package struct UnusedFile: Sendable {
        package let name: String
        /// `nil` if it is no regular file.
        package let source: (any ByteSource)?
        /// The digest that the name states; `nil` if it states none.
        package let stated: Digest?
        /// Whether the source keeps its content once for each image, so that a second file is no orphan.
        let mayRepeat: Bool

        package init(name: String, source: (any ByteSource)?, stated: Digest?, mayRepeat: Bool = false) {
            self.name = name
            self.source = source
            self.stated = stated
            self.mayRepeat = mayRepeat
        }
    }

    package let graph: ImageGraph
    /// Content with a defect that the source reported. Checks report nothing more about it.
    package let told: Set<Digest>
    package let unused: [UnusedFile]
    /// Whether parts of the source are unreadable, so that files may be in use although they seem unused.
    package let hidesContent: Bool
    /// Whether the source is cut off, so that content may only seem to be missing.
    package let isCutOff: Bool

    package init(
        graph: ImageGraph, told: Set<Digest> = [], unused: [UnusedFile] = [], hidesContent: Bool = false,
        isCutOff: Bool = false
    ) {
        self.graph = graph
        self.told = told
        self.unused = unused
        self.hidesContent = hidesContent
        self.isCutOff = isCutOff
    }
}
