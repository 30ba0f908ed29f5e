package import ByteIO
package import ImageModel
internal import Synchronization

/// Reads everything of a source once and says all that it finds.
package enum Verification {
    package struct Outcome: Sendable {
        /// By image, in the order of the places.
        package let findings: [Finding]
        /// The first way to everything that the roots lead to, and the root.
        package let places: [Digest: (place: DescriptorPath, root: Digest)]
        package let images: Int
        package let platforms: Int
        /// Documents and blobs that were looked at, and their bytes.
        package let blobs: Int
        package let bytes: Int64
    }

    /// A check knows one family of problems; a new one is a file and a line in this list.
    private static let checks: [any AuditCheck] = [
        PresenceCheck(), BytesCheck(), LayerCheck(), LayerTarCheck(), PlatformCheck(), EvidenceCheck(), NameCheck(),
        AttestationCheck(),
        UnusedCheck(),
    ]

    /// `begin` hears how many bytes there are to read, `progress` of those that were read.
    package static func run(
        _ subject: AuditSubject, threads: Int, begin: (Int64) -> Void = { _ in },
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> Outcome {
        let walk = GraphWalk(subject.graph, told: subject.told)
        let audit = BlobAudit(walk, unused: subject.unused)
        begin(audit.bytes)
        let outcomes = try audit.run(threads: threads, progress: progress)
        let facts = AuditFacts(
            subject: subject, walk: walk, outcomes: outcomes,
            evidence: try evidence(walk, outcomes.used, threads: threads))
        let order = Dictionary(
            walk.graph.roots.enumerated().map { ($1.descriptor.digest, $0) }, uniquingKeysWith: { first, _ in first })
        let found = checks.flatMap { $0.findings(facts) }
        let findings = found.enumerated().sorted { left, right in
            func number(_ finding: Finding) -> Int { finding.root.map { order[$0] ?? Int.max - 1 } ?? Int.max }
            let (one, two) = (number(left.element), number(right.element))
            if one != two { return one < two }
            if left.element.place.precedes(right.element.place) { return true }
            if right.element.place.precedes(left.element.place) { return false }
            return left.offset < right.offset
        }.map(\.element)
        let documents = walk.firsts.keys.compactMap { walk.graph.documents[$0] }
        return Outcome(
            findings: findings, places: walk.firsts.mapValues { ($0.place, $0.root) },
            images: Set(walk.images.map { rootIdentity($0) }).count,
            platforms: Set(walk.images.map(\.manifest.config.digest)).count,
            blobs: documents.count + outcomes.count,
            bytes: documents.totalSize { Int64($0.bytes.count) } + outcomes.bytes)
    }

    /// A single image that a source describes twice is one: it has one config.
    private static func rootIdentity(_ image: GraphWalk.Image) -> Digest {
        image.reached.root == image.descriptor.digest ? image.manifest.config.digest : image.reached.root
    }

    /// What the executables of each image say, by its manifest; images that cannot be looked into have none.
    private static func evidence(
        _ walk: GraphWalk, _ outcomes: [Digest: BlobOutcome], threads: Int
    ) throws -> [Digest: Evidence] {
        let images = walk.images
        let found = Mutex<[Digest: Evidence]>([:])
        try Threads.forEach(images.count, jobs: threads) { number in
            let image = images[number]
            guard let evidence = try evidence(of: image, walk.graph, outcomes) else { return }
            found.withLock { $0[image.descriptor.digest] = evidence }
        }
        return found.withLock { $0 }
    }

    private static func evidence(
        of image: GraphWalk.Image, _ graph: ImageGraph, _ outcomes: [Digest: BlobOutcome]
    ) throws -> Evidence? {
        guard let contents = try? ImageContents(image.descriptor.digest, in: graph) else { return nil }
        let layers = image.layers.map { outcomes[$0.descriptor.digest] }
        let isWhole = layers.allSatisfy { if case .measured? = $0 { true } else { false } }
        let listings = layers.map(\.?.listing)
        do throws(IOFailure) {
            // Plain layers on a disk were not listed while they passed.
            if isWhole, listings.allSatisfy({ $0 == nil }), contents.layers.allSatisfy(\.canBeReadAgain) {
                return try EvidenceLook.evidence(of: contents, depth: .full)
            }
            return try EvidenceLook.evidence(of: contents, listings: listings)
        } catch {
            if error.cause == .interrupted { throw error }
            return Evidence(witnesses: [], silence: .unreadable)
        }
    }
}

extension BlobOutcome {
    var listing: LayerListing? {
        guard case .measured(_, let listing) = self else { return nil }
        return listing
    }

    var bytes: Int64 {
        guard case .measured(let measure, _) = self else { return 0 }
        return measure.size
    }
}

/// What is to be verified: a graph, and what its source knows beyond it.
package struct AuditSubject: Sendable {
    /// A file that nothing asks for.
    package struct UnusedFile: Sendable {
        package let name: String
        /// nil: no regular file.
        package let source: (any ByteSource)?
        /// Its name says that this is the digest of its content.
        package let stated: Digest?

        package init(name: String, source: (any ByteSource)?, stated: Digest?) {
            self.name = name
            self.source = source
            self.stated = stated
        }
    }

    package let graph: ImageGraph
    /// Content of which the source has told what is wrong; nothing more is said of it.
    package let told: Set<Digest>
    package let unused: [UnusedFile]
    /// What seems unused may be used by what cannot be seen.
    package let hidesContent: Bool
    /// What seems to be missing may stand behind the damage.
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
