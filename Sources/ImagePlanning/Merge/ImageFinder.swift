package import ImageModel

/// Finds the images of one graph. Nested indexes are flattened, and attestations are put to the images that they describe.
package struct ImageFinder: Sendable {
    /// The content below some roots.
    package struct Found: Sendable {
        /// In the order in which they are reached; each manifest once for each platform that an index gives it.
        package var images: [PlatformImage] = []
        /// Artifacts that are no container image.
        package var others: [Descriptor] = []
        /// Named by an index and absent.
        package var absent: [Descriptor] = []
        /// Below too many indexes; `nil` if there is no such content.
        fileprivate(set) var tooDeep: Digest?
    }

    private let graph: ImageGraph
    private let source: Int
    /// By the digest of the subject as it is written. Those beside the images in `index.json` count too, and those of an
    /// index of which only a child was chosen.
    private let attestations: [String: [IndexView.Entry]]
    private let lists: ReferrersLists
    private let listings: (all: Int64, limit: Int64)

    private static let depthLimit = 16
    /// Images are listed again below further roots as long as that adds at most this number, or ten times as many as the
    /// indexes have entries. An index of a thousand images in a thousand other ones would take minutes and gigabytes.
    private static let repeatLimit: Int64 = 100_000

    package init(_ graph: ImageGraph, source: Int = 0) {
        self.graph = graph
        self.source = source
        attestations = Self.attestations(of: graph)
        lists = ReferrersLists(graph)
        listings = Self.listings(in: graph)
    }

    package func all() throws(PlanError) -> Found { try below(graph.roots) }

    package func below(_ roots: [ImageGraph.Root]) throws(PlanError) -> Found {
        try checkListings()
        let found = leniently(below: roots)
        if let digest = found.tooDeep { throw .graph(.tooDeep(digest)) }
        return found
    }

    /// The content up to the limit of the depth; empty if the indexes repeat each other without limit.
    func leniently(below roots: [ImageGraph.Root]) -> Found {
        guard listings.all <= listings.limit else { return Found() }
        var found = Found()
        for list in roots where lists.contains(list) {
            let entries = graph.index(list.descriptor.digest)?.manifests ?? []
            found.others += entries.map(\.descriptor).filter { graph.holds($0.digest) }
        }
        // An index that is listed for a second platform has nothing new below it.
        var opened: Set<Digest> = []
        var walk = GraphVisitor<Void>(distinguishing: .platform, depthLimit: Self.depthLimit)
        walk.start(roots.filter { !$0.descriptor.isAttestation && !lists.contains($0) }.map(\.link))
        while let step = walk.next() {
            if step.phase == .tooDeep {
                found.tooDeep = found.tooDeep ?? step.digest
                continue
            }
            guard let document = graph.documents[step.digest] else {
                if graph.blobs[step.digest] == nil {
                    found.absent.append(step.descriptor)
                } else {
                    found.others.append(step.descriptor)
                }
                continue
            }
            if document.index != nil {
                guard opened.insert(step.digest).inserted else { continue }
                walk.descend(document.links(.children).filter { !$0.descriptor.isAttestation })
            } else if let manifest = document.manifest, manifest.isImage {
                found.images.append(image(step.link, manifest))
            } else {
                found.others.append(step.descriptor)
            }
        }
        return found
    }

    /// Throws if the roots of the graph share indexes beyond the limit.
    func checkListings() throws(PlanError) {
        guard listings.all > listings.limit else { return }
        throw .graph(.tooManyListings(listings.all, limit: listings.limit))
    }

    private func image(_ link: GraphLink, _ manifest: ManifestView) -> PlatformImage {
        let descriptor = link.descriptor
        let platform = graph.config(of: manifest)?.platform ?? descriptor.platform
        return PlatformImage(
            source: source, manifest: descriptor.digest, descriptor: descriptor, entry: link.json,
            platform: Self.complete(platform, with: descriptor.platform),
            attestations: attestations.isEmpty ? [] : attestations[descriptor.digest.description] ?? [])
    }

    /// Versions of Windows and variants of arm are often in the index alone.
    static func complete(_ platform: Platform?, with descriptor: Platform?) -> Platform? {
        guard var platform, let descriptor, platform.os == descriptor.os else { return platform }
        if platform.variant == nil, platform.architecture == descriptor.architecture {
            platform.variant = descriptor.variant
        }
        if platform.osVersion == nil { platform.osVersion = descriptor.osVersion }
        if platform.osFeatures.isEmpty { platform.osFeatures = descriptor.osFeatures }
        return platform
    }

    /// The number of entries below all roots, each index counted for every root that leads to it, and the limit of it.
    private static func listings(in graph: ImageGraph) -> (all: Int64, limit: Int64) {
        var below: [Digest: Int64] = [:]
        var entries = 0
        var walk = GraphVisitor<Void>(givesLeaves: true)
        walk.start(graph.roots.map(\.link))
        while let step = walk.next() {
            guard let document = graph.documents[step.digest], let index = document.index else { continue }
            guard step.phase == .leave else {
                walk.descend(document.links(.children).filter { graph.index($0.descriptor.digest) != nil })
                continue
            }
            let nested = Set(index.manifests.map(\.descriptor.digest)).compactMap { below[$0] }
            below[step.digest] = (nested + [Int64(index.manifests.count)]).totalSize(\.self)
            entries += index.manifests.count
        }
        let all = Set(graph.roots.map(\.descriptor.digest)).totalSize { below[$0] ?? 1 }
        return (all, max(repeatLimit, 10 * Int64(entries + graph.roots.count)))
    }

    /// Each entry once for each subject, in the order of the indexes.
    private static func attestations(of graph: ImageGraph) -> [String: [IndexView.Entry]] {
        var found: [String: [IndexView.Entry]] = [:]
        var seen: [String: Set<ArraySlice<UInt8>>] = [:]
        func add(_ descriptor: Descriptor, _ json: ArraySlice<UInt8>) {
            guard descriptor.isAttestation else { return }
            let subject = descriptor.attested ?? ""
            guard seen[subject, default: []].insert(json).inserted else { return }
            found[subject, default: []].append(IndexView.Entry(descriptor: descriptor, json: json))
        }
        for index in graph.indexes {
            for entry in index.view.manifests { add(entry.descriptor, entry.json) }
        }
        for root in graph.roots {
            if let json = root.entry { add(root.descriptor, json[...]) }
        }
        return found
    }
}

/// One image for one platform, found below a root, with the attestations that describe it.
package struct PlatformImage: Sendable {
    package let source: Int
    package let manifest: Digest
    package let descriptor: Descriptor
    /// Its entry in the index where it was found; `nil` if no document wrote it.
    package let entry: ArraySlice<UInt8>?
    /// The platform of the config, else that of the descriptor.
    package let platform: Platform?
    package var attestations: [IndexView.Entry]
}

/// The members of a root that decide what is found below it. Roots that differ in their names alone have one key.
struct RootKey: Hashable {
    let digest: Digest
    let platform: Platform?
    let isAttestation: Bool

    init(_ root: ImageGraph.Root) {
        digest = root.descriptor.digest
        platform = root.descriptor.platform
        isAttestation = root.descriptor.isAttestation
    }
}

extension ImageGraph.Root {
    /// The link at which a walk below this root starts.
    var link: GraphLink { GraphLink(descriptor, .root, json: entry.map { $0[...] }) }
}
