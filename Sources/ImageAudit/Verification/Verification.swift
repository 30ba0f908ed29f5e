package import ByteIO
package import ImageModel

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
        /// The evidence and the start check of each image, by its manifest. Images without a readable config have none.
        package let examinations: [Digest: Examination]

        fileprivate init(
            findings: [Finding], survey: GraphSurvey, platforms: Int, blobs: Int, bytes: Int64,
            examinations: [Digest: Examination]
        ) {
            self.findings = findings
            self.examinations = examinations
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
        PresenceCheck(), BytesCheck(), LayerCheck(), LayerTarCheck(), PlatformCheck(), EvidenceCheck(),
        StartAuditCheck(), NameCheck(), AttestationCheck(), UnusedCheck(),
    ]

    /// `begin` gets the number of bytes to read, `progress` the number of bytes that were read since. `checksStart`:
    /// Whether the images are checked to start.
    package static func run(
        _ subject: AuditSubject, threads: Int, checksStart: Bool = true, listingLimit: Int = LayerListing.sumLimit,
        begin: (Int64) -> Void = { _ in },
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(IOFailure) -> Outcome {
        let walk = GraphSurvey(subject.graph, told: subject.told)
        let audit = BlobAudit(walk, unused: subject.unused)
        begin(audit.bytes)
        let outcomes = try audit.run(threads: threads, listings: FileBudget(limit: listingLimit), progress: progress)
        let examinations = try FileAudit(walk, outcomes.used, checksStart: checksStart).run(threads: threads)
        let facts = AuditFacts(subject: subject, walk: walk, outcomes: outcomes, examinations: examinations)
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
            bytes: documents.totalSize { Int64($0.bytes.count) } + outcomes.bytes,
            examinations: examinations.mapValues { $0.examination ?? .unreadable })
    }
}

extension BlobOutcome {
    /// `nil` if the files were not listed.
    var listed: ListedFiles? {
        guard case .measured(_, let listed) = self else { return nil }
        return listed
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
